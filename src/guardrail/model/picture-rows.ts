/** Small pictures in rows, as evidence for the report. */
import { encodeWebp } from '../../image/encode-image.ts'
import type { Image } from '../../image/image.ts'
import { resizeBilinear } from '../../image/resize-bilinear.ts'
import type { GuardrailPicture } from '../../wire/guardrail-report.ts'

const gap = 4
const paper = 255

/**
 * @param rows - Pictures of one size, in rows of one length.
 * @param height - Of one picture in the result, pixels; larger ones are shrunk, never enlarged by more than whole pixels.
 */
export async function pictureRows(
  id: string,
  caption: string,
  rows: readonly (readonly Image[])[],
  height: number,
): Promise<GuardrailPicture> {
  const first = rows[0]![0]!
  const tile = { width: Math.max(1, Math.round((first.width * height) / first.height)), height }
  const columns = rows[0]!.length
  const size = {
    width: columns * (tile.width + gap) - gap,
    height: rows.length * (tile.height + gap) - gap,
  }
  const data = new Uint8Array(3 * size.width * size.height).fill(paper)
  rows.forEach((row, r) => {
    row.forEach((image, c) => {
      const small = resizeBilinear(image, tile)
      for (let y = 0; y < tile.height; y++) {
        const to = 3 * ((r * (tile.height + gap) + y) * size.width + c * (tile.width + gap))
        data.set(small.data.subarray(3 * y * tile.width, 3 * (y + 1) * tile.width), to)
      }
    })
  })
  const bytes = Buffer.from(await encodeWebp({ ...size, data })).toString('base64')
  return { id, caption, picture: `data:image/webp;base64,${bytes}`, ...size }
}
