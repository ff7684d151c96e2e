/** Masks of defects as a content of the store: at the model's size, a bit a pixel. */
import { z } from 'zod'
import type { Mask } from '../../../image/image.ts'
import { packMask, unpackMask } from '../../../image/packed-mask.ts'

/** @param masks - By the id of the image. */
export function encodeMasks(masks: ReadonlyMap<string, Mask>): Uint8Array {
  const rows = [...masks].map(([id, mask]) => {
    const { bits, ...size } = packMask(mask)
    return { id, ...size, bits: Buffer.from(bits).toString('base64') }
  })
  return new TextEncoder().encode(JSON.stringify(rows))
}

const masksSchema = z.array(
  z.strictObject({ id: z.string(), width: z.number(), height: z.number(), bits: z.base64() }),
)

export function decodeMasks(bytes: Uint8Array): Map<string, Mask> {
  const rows = masksSchema.parse(JSON.parse(new TextDecoder().decode(bytes)))
  return new Map(
    rows.map(({ id, bits, ...size }) => [id, unpackMask({ ...size, bits: Buffer.from(bits, 'base64') })]),
  )
}
