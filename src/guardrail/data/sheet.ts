/** Contact sheets of thumbnails, as pictures for the report. */
import { encodeWebp } from '../../image/encode-image.ts'
import type { GreyImage } from '../../image/image.ts'
import { side } from '../../parts/likeness/local-contrast.ts'
import type { GuardrailPicture } from '../../wire/guardrail-report.ts'

const gap = 2
const paper = 255

/**
 * @param rows - Thumbnails of 64 x 64 grey levels, a row at a time; rows may differ in length.
 */
export async function contactSheet(
  id: string,
  caption: string,
  rows: readonly (readonly Uint8Array[])[],
): Promise<GuardrailPicture> {
  const columns = Math.max(1, ...rows.map(({ length }) => length))
  const width = columns * (side + gap) + gap
  const height = rows.length * (side + gap) + gap
  const data = new Uint8Array(width * height).fill(paper)
  rows.forEach((row, r) => {
    row.forEach((thumbnail, c) => {
      for (let y = 0; y < side; y++) {
        const to = (gap + r * (side + gap) + y) * width + gap + c * (side + gap)
        data.set(thumbnail.subarray(y * side, (y + 1) * side), to)
      }
    })
  })
  return greyPicture(id, caption, { width, height, data })
}

export async function greyPicture(id: string, caption: string, image: GreyImage): Promise<GuardrailPicture> {
  const bytes = Buffer.from(await encodeWebp(image)).toString('base64')
  const { width, height } = image
  return { id, caption, picture: `data:image/webp;base64,${bytes}`, width, height }
}
