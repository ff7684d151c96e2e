/** A map of raw scores for whoever asked for it: numbers, or colours on the scale of the model's card. */
import { colourise } from '../../image/colour-map.ts'
import { cutContentMap } from '../../image/content.ts'
import { encodePng } from '../../image/encode-image.ts'
import type { Inspection } from '../../inspect/inspector.ts'
import type { ModelCard } from '../../wire/model.ts'
import type { AnsweredMap } from '../../wire/serve/inspect.ts'

/** Over the photograph, without padding. */
export async function mapAnswer(
  { frame, map }: Inspection,
  encoding: 'png' | 'float32',
  { mapScale }: ModelCard,
): Promise<AnsweredMap> {
  const cut = cutContentMap(map(), frame)
  const { low, high } = mapScale
  const { width, height } = cut
  const bytes = encoding === 'png' ? await encodePng(colourise(cut, mapScale)) : littleEndian(cut.data)
  return { encoding, width, height, data: Buffer.from(bytes).toString('base64'), low, high }
}

export function littleEndian(values: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [i, value] of values.entries()) bytes.writeFloatLE(value, 4 * i)
  return bytes
}
