/** The pixels of all images, reduced to sortable keys and to what the defect ones belong to. */
import { ShapeError } from '../../../errors.ts'
import type { Rect, Size } from '../../../image/image.ts'
import { connectedComponents } from '../../../math/connected-components.ts'
import { writeScoreKeys } from './score-keys.ts'
import { SortedKeys } from './sorted-keys.ts'

export interface DefectPixels {
  /** Of each anomalous image, and the index of each one's region over all images. */
  readonly defects: readonly { readonly keys: Uint32Array; readonly regions: Uint32Array }[]
  /** By region: its pixels, and the defect pixels of its image. */
  readonly regionAreas: readonly number[]
  readonly regionImageAreas: readonly number[]
}

export class PixelTally implements DefectPixels {
  /** Pixels of nominal images; pixels outside the defect in anomalous images. */
  readonly nominalImages = new SortedKeys()
  readonly aroundDefects = new SortedKeys()
  readonly defects: { readonly keys: Uint32Array; readonly regions: Uint32Array }[] = []
  readonly regionAreas: number[] = []
  readonly regionImageAreas: number[] = []

  /** @param counted - [height, width], 1 where pixels count; null for all. */
  add(
    scores: Float32Array,
    mask: Uint8Array | null,
    size: Size,
    content: Rect,
    counted: Uint8Array | null = null,
  ): void {
    checkShapes(scores, mask, size, content)
    const all = keysWithin(scores, size, content)
    const counts = counted === null ? null : within(counted, size, content)
    const keys = counts === null ? all : all.filter((_, i) => counts[i] === 1)
    if (mask === null) {
      this.nominalImages.add(keys)
      return
    }
    const drawn = within(mask, size, content)
    const defects = counts === null ? drawn : drawn.map((value, i) => (counts[i] === 1 ? value : 0))
    const { labels, areas } = connectedComponents(defects, content.width, content.height, 8)
    const defectPixels = areas.reduce((sum, area) => sum + area, 0)
    const defect = { keys: new Uint32Array(defectPixels), regions: new Uint32Array(defectPixels) }
    const around = new Uint32Array(keys.length - defectPixels)
    let [inside, outside] = [0, 0]
    for (let i = 0; i < all.length; i++) {
      const label = labels[i]!
      if (label !== 0) {
        defect.keys[inside] = all[i]!
        defect.regions[inside++] = this.regionAreas.length + label - 1
      } else if (counts === null || counts[i] === 1) around[outside++] = all[i]!
    }
    this.aroundDefects.add(around)
    this.defects.push(defect)
    for (const area of areas) {
      this.regionAreas.push(area)
      this.regionImageAreas.push(defectPixels)
    }
  }
}

/** @throws {RangeError} A score within is NaN. */
function keysWithin(scores: Float32Array, size: Size, content: Rect): Uint32Array {
  const bits = new Int32Array(scores.buffer, scores.byteOffset, scores.length)
  const keys = new Uint32Array(content.width * content.height)
  for (let y = 0; y < content.height; y++) {
    const start = (content.y + y) * size.width + content.x
    const nan = writeScoreKeys(keys, y * content.width, bits, start, start + content.width)
    if (nan >= 0) {
      const [column, row] = [nan % size.width, content.y + y]
      throw new RangeError(`score map, x = ${column}, y = ${row}: expected a number, got NaN`)
    }
  }
  return keys
}

function within(mask: Uint8Array, size: Size, content: Rect): Uint8Array {
  if (content.width === size.width && content.height === size.height) return mask
  const cut = new Uint8Array(content.width * content.height)
  for (let y = 0; y < content.height; y++) {
    const start = (content.y + y) * size.width + content.x
    cut.set(mask.subarray(start, start + content.width), y * content.width)
  }
  return cut
}

function checkShapes(scores: Float32Array, mask: Uint8Array | null, size: Size, content: Rect): void {
  const { width, height } = size
  for (const [name, pixels] of [
    ['score map', scores],
    ['mask', mask ?? scores],
  ] as const) {
    if (pixels.length !== width * height) throw new ShapeError(name, `[${height}, ${width}]`, [pixels.length])
  }
  const { x, y } = content
  const isInside = x >= 0 && y >= 0 && x + content.width <= width && y + content.height <= height
  if (!isInside) {
    throw new RangeError(
      `content: expected a rectangle within ${width} x ${height}, got ${content.width} x ${content.height} at ${x}, ${y}`,
    )
  }
}
