/**
 * How well score maps show where the defect is: pixel AUROC, pixel AP, AUPRO and AUPIMO, exact, in one pass over the images.
 *
 * All of them are means over defect pixels of something that follows from how many other pixels score higher (see
 * `recalled-share.ts`), so what is needed is each defect pixel's place among the others. Nothing is binned: maps are float32,
 * and float32 scores are compared as they are.
 *
 * Memory: maps and masks are not kept. 4 bytes for each nominal pixel and 8 for each defect pixel stay until the end (210 MB
 * for 200 maps of 512 x 512), 16 more per defect pixel and some 50 MB while figures are computed.
 */
import { ShapeError } from '../../../errors.ts'
import type { Rect, Size } from '../../../image/image.ts'
import { connectedComponents } from '../../../math/connected-components.ts'
import { radixSortInPlace } from '../../../math/radix-sort.ts'
import { recalledShare, recalledShareOfLog } from './recalled-share.ts'
import { writeScoreKeys } from './score-keys.ts'
import { SortedKeys } from './sorted-keys.ts'

export interface PixelFigures {
  /** Over all pixels, ties one half; null unless both defect and other pixels occur. */
  readonly auroc: number | null
  /** Over all pixels, as scikit-learn has it; null without defect pixels. */
  readonly averagePrecision: number | null
  /** Area under the mean overlap per defect region, up to a false-alarm rate of 0.3, and of 0.05, divided by that rate. */
  readonly aupro: number | null
  readonly aupro05: number | null
  /** Mean over anomalous images; null without any, or with too few nominal pixels to tell a rate of 1e-5. */
  readonly aupimo: number | null
}

export interface PixelMetrics {
  /**
   * Counts the pixels of one image.
   *
   * @param scores - [height, width], float32, higher = more anomalous; infinities are scores like others. Not kept.
   * @param mask - [height, width], anything but 0 is defect; null for a nominal image. Not kept. An anomalous image whose
   *   mask is empty counts as nominal pixels, but not as a nominal image.
   * @param content - Pixels that show something of the image; what lies outside is padding and not counted.
   * @throws {ShapeError} Scores or mask are not of that size. @throws {RangeError} `content` sticks out, or a score in it is
   *   NaN; nothing of the image is counted then.
   * Cost: O(pixels); regions are labelled where there is a mask.
   */
  add(scores: Float32Array, mask: Uint8Array | null, size: Size, content?: Rect): void
  /** Figures of everything added so far; more may be added later. Cost: O(pixels). */
  figures(): PixelFigures
  /** AUPRO up to another false-alarm rate, above 0, at most 1. Cost: as `figures`. */
  aupro(limit: number): number | null
}

/** Rates of false alarms on nominal images between which AUPIMO looks (Bertoldo et al. 2024). */
export const aupimoRange = { low: 1e-5, high: 1e-4 } as const

export function createPixelMetrics(): PixelMetrics {
  const tally = new Tally()
  return {
    add: (scores, mask, size, content = { x: 0, y: 0, ...size }) => tally.add(scores, mask, size, content),
    figures() {
      const { auroc, averagePrecision, aupro, aupimo } = figuresOf(tally, [0.3, 0.05])
      return { auroc, averagePrecision, aupro: aupro[0]!, aupro05: aupro[1]!, aupimo }
    },
    aupro(limit) {
      if (!(limit > 0 && limit <= 1)) {
        throw new RangeError(`aupro: expected a false-alarm rate above 0, at most 1, got ${limit}`)
      }
      return figuresOf(tally, [limit]).aupro[0]!
    },
  }
}

class Tally {
  /** Pixels of nominal images; pixels outside the defect in anomalous images. */
  readonly nominalImages = new SortedKeys()
  readonly aroundDefects = new SortedKeys()
  /** Defect pixels of each anomalous image, and the index of each one's region over all images. */
  readonly defects: { readonly keys: Uint32Array; readonly regions: Uint32Array }[] = []
  /** By region: its pixels, and the defect pixels of its image. */
  readonly regionAreas: number[] = []
  readonly regionImageAreas: number[] = []

  add(scores: Float32Array, mask: Uint8Array | null, size: Size, content: Rect): void {
    checkShapes(scores, mask, size, content)
    const keys = keysWithin(scores, size, content)
    if (mask === null) {
      this.nominalImages.add(keys)
      return
    }
    const { labels, areas } = connectedComponents(
      within(mask, size, content),
      content.width,
      content.height,
      8,
    )
    const defectPixels = areas.reduce((sum, area) => sum + area, 0)
    const defect = { keys: new Uint32Array(defectPixels), regions: new Uint32Array(defectPixels) }
    const around = new Uint32Array(keys.length - defectPixels)
    let [inside, outside] = [0, 0]
    for (let i = 0; i < keys.length; i++) {
      const label = labels[i]!
      if (label === 0) around[outside++] = keys[i]!
      else {
        defect.keys[inside] = keys[i]!
        defect.regions[inside++] = this.regionAreas.length + label - 1
      }
    }
    this.aroundDefects.add(around)
    this.defects.push(defect)
    for (const area of areas) {
      this.regionAreas.push(area)
      this.regionImageAreas.push(defectPixels)
    }
  }
}

/** Distinct scores looked at together; the pieces of sorted keys are walked through once for each such block. */
const blockSize = 1 << 16

/** Walks through the distinct scores of defect pixels from the highest down. */
function figuresOf(tally: Tally, limits: readonly number[]) {
  const { nominalImages, aroundDefects, regionAreas, regionImageAreas } = tally
  const defect = sortedDefects(tally)
  const positives = defect.keys.length
  const negatives = nominalImages.size + aroundDefects.size
  const anomalousImages = tally.defects.filter(({ keys }) => keys.length > 0).length
  const hasLogRange = nominalImages.size * aupimoRange.low >= 1

  const block = {
    keys: new Uint32Array(blockSize),
    count: new Float64Array(blockSize), // defect pixels with that score
    ofRegions: new Float64Array(blockSize), // sum over them of 1 / area of the region
    ofImages: new Float64Array(blockSize), // and of 1 / defect pixels of the image
  }
  const countNominal = nominalImages.countDown()
  const countAround = aroundDefects.countDown()
  const counts = () => ({ above: new Uint32Array(blockSize), equal: new Uint32Array(blockSize) })
  const [nominal, around] = [counts(), counts()]
  let [rankSum, precisionSum, logShareSum] = [0, 0, 0]
  const overlapSums = limits.map(() => 0)
  let [positivesSeen, negativesSeen, nominalSeen] = [0, 0, 0]

  for (let left = positives; left > 0; ) {
    let size = 0
    for (; size < blockSize && left > 0; size++) {
      const key = defect.keys[left - 1]!
      const before = left
      let [ofRegions, ofImages] = [0, 0]
      for (; left > 0 && defect.keys[left - 1] === key; left--) {
        const region = defect.regions[left - 1]!
        ofRegions += 1 / regionAreas[region]!
        ofImages += 1 / regionImageAreas[region]!
      }
      block.keys[size] = key
      block.count[size] = before - left
      block.ofRegions[size] = ofRegions
      block.ofImages[size] = ofImages
    }
    const keys = block.keys.subarray(0, size)
    countNominal(keys, nominal.above, nominal.equal)
    countAround(keys, around.above, around.equal)
    for (let i = 0; i < size; i++) {
      const above = negativesSeen + nominal.above[i]! + around.above[i]!
      const reached = above + nominal.equal[i]! + around.equal[i]!
      positivesSeen += block.count[i]!
      rankSum += block.count[i]! * (negatives - (above + reached) / 2)
      precisionSum += (block.count[i]! * positivesSeen) / (positivesSeen + reached)
      for (let l = 0; l < limits.length; l++) {
        const share = recalledShare(above / negatives, reached / negatives, limits[l]!)
        overlapSums[l]! += block.ofRegions[i]! * share
      }
      const nominalAbove = nominalSeen + nominal.above[i]!
      const nominalReached = nominalAbove + nominal.equal[i]!
      if (hasLogRange) {
        const { low, high } = aupimoRange
        const n = nominalImages.size
        logShareSum +=
          block.ofImages[i]! * recalledShareOfLog(nominalAbove / n, nominalReached / n, low, high)
      }
      negativesSeen = reached
      nominalSeen = nominalReached
    }
  }
  const hasBoth = positives > 0 && negatives > 0
  return {
    auroc: hasBoth ? rankSum / (positives * negatives) : null,
    averagePrecision: positives > 0 ? precisionSum / positives : null,
    aupro: overlapSums.map((sum) => (hasBoth ? sum / regionAreas.length : null)),
    aupimo: hasLogRange && positives > 0 ? logShareSum / anomalousImages : null,
  }
}

/** Defect pixels of all images, ascending by score. */
function sortedDefects({ defects }: Tally): { keys: Uint32Array; regions: Uint32Array } {
  const total = defects.reduce((sum, { keys }) => sum + keys.length, 0)
  const keys = new Uint32Array(total)
  const regions = new Uint32Array(total)
  let at = 0
  for (const image of defects) {
    keys.set(image.keys, at)
    regions.set(image.regions, at)
    at += image.keys.length
  }
  radixSortInPlace(keys, regions)
  return { keys, regions }
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
