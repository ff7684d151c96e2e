/**
 * Tiny datasets that carry their own truth: in every picture the red channel says where the defect is and the green one where the
 * object is, so that a prepared picture can be held against its masks without asking the program where anything went.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { manifestText, type Row } from '../../src/dataset/manifest-text.ts'
import { encodePng } from '../../src/image/encode-image.ts'
import type { GreyImage, Image, Rect } from '../../src/image/image.ts'

export interface Picture {
  readonly width: number
  readonly height: number
  readonly object: Rect
  /** Null for a nominal picture. */
  readonly defect: Rect | null
  /** Instead of the picture, a file that cannot be read. */
  readonly isBroken?: boolean
  readonly angle?: number
}

export const inside = (value: number): boolean => value === 255

export async function writePictures(folder: string, pictures: readonly Picture[]): Promise<void> {
  const rows: Row[] = []
  for (const [i, picture] of pictures.entries()) {
    const { object, defect, isBroken = false, angle = i } = picture
    const name = `${i}.png`
    write(join(folder, 'images', name), isBroken ? 'not a picture' : await encodePng(paint(picture)))
    write(join(folder, 'found', name), await encodePng(rectangle(picture, object)))
    if (defect !== null) write(join(folder, 'masks', name), await encodePng(rectangle(picture, defect)))
    rows.push({
      path: `images/${name}`,
      label: defect === null ? 'nominal' : 'anomalous',
      part: `part-${i >> 1}`,
      mask: defect === null ? '' : `masks/${name}`,
      angle,
    })
  }
  write(join(folder, 'manifest.csv'), manifestText(rows))
}

function write(path: string, bytes: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}

function paint({ width, height, object, defect }: Picture): Image {
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++) {
    data[3 * i] = holds(defect, i % width, Math.floor(i / width)) ? 255 : 1
    data[3 * i + 1] = holds(object, i % width, Math.floor(i / width)) ? 255 : 1
    data[3 * i + 2] = 1 + ((7 * i) % 200) // never 0: what is black was added
  }
  return { width, height, data }
}

const rectangle = ({ width, height }: Picture, rect: Rect): GreyImage => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height }, (_, i) =>
    holds(rect, i % width, Math.floor(i / width)) ? 255 : 0,
  ),
})

const holds = (rect: Rect | null, x: number, y: number): boolean =>
  rect !== null && x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height
