/** Sums over defect pixels that become AUROC, average precision, AUPRO and AUPIMO. */
import { radixSortInPlace } from '../../../math/radix-sort.ts'
import type { DefectPixels } from './pixel-tally.ts'
import { recalledShare, recalledShareOfLog } from './recalled-share.ts'
import type { KeyCounter } from './sorted-keys.ts'

/** Rates of false alarms on nominal images between which AUPIMO looks (Bertoldo et al. 2024). */
const aupimoRange = { low: 1e-5, high: 1e-4 } as const

/** Distinct scores looked at together; the pieces of sorted keys are walked through once for each such block. */
const blockSize = 1 << 16

/** What figures are made of: of the pixels that are no defect, nothing but how many lie above a score. */
export interface CountedPixels extends DefectPixels {
  readonly nominalImages: KeyCounter
  readonly aroundDefects: KeyCounter
}

/**
 * Goes through the distinct scores of defect pixels from the highest down, counting the other pixels above each.
 *
 * @param limits - False-alarm rates up to which AUPRO is taken. @returns null where a figure is undefined.
 */
export function figuresOf(tally: CountedPixels, limits: readonly number[]) {
  const { nominalImages, aroundDefects, regionAreas } = tally
  const defect = sortedDefects(tally)
  const positives = defect.keys.length
  const negatives = nominalImages.size + aroundDefects.size
  const anomalousImages = tally.defects.filter(({ keys }) => keys.length > 0).length
  const hasLogRange = nominalImages.size * aupimoRange.low >= 1

  const block = newBlock()
  const counts = () => ({ above: new Float64Array(blockSize), equal: new Float64Array(blockSize) })
  const [nominal, around] = [counts(), counts()]
  const countNominal = nominalImages.countDown()
  const countAround = aroundDefects.countDown()
  const overlapSums = limits.map(() => 0)
  let [rankSum, precisionSum, logShareSum] = [0, 0, 0]
  let [positivesSeen, negativesSeen, nominalSeen] = [0, 0, 0]
  for (let left = positives; left > 0; ) {
    left = fillBlock(block, defect, left, tally)
    const keys = block.keys.subarray(0, block.size)
    countNominal(keys, nominal.above, nominal.equal)
    countAround(keys, around.above, around.equal)
    for (let i = 0; i < block.size; i++) {
      const above = negativesSeen + nominal.above[i]! + around.above[i]!
      const reached = above + nominal.equal[i]! + around.equal[i]!
      negativesSeen = reached
      positivesSeen += block.pixels[i]!
      rankSum += block.pixels[i]! * (negatives - (above + reached) / 2)
      precisionSum += (block.pixels[i]! * positivesSeen) / (positivesSeen + reached)
      for (let l = 0; l < limits.length; l++) {
        overlapSums[l]! +=
          block.ofRegions[i]! * recalledShare(above / negatives, reached / negatives, limits[l]!)
      }
      const nominalAbove = nominalSeen + nominal.above[i]!
      nominalSeen = nominalAbove + nominal.equal[i]!
      if (hasLogRange) {
        const [from, to] = [nominalAbove / nominalImages.size, nominalSeen / nominalImages.size]
        logShareSum += block.ofImages[i]! * recalledShareOfLog(from, to, aupimoRange.low, aupimoRange.high)
      }
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

/** Distinct scores of defect pixels, descending, and what the pixels with each of them weigh. */
function newBlock() {
  return {
    size: 0,
    keys: new Uint32Array(blockSize),
    pixels: new Float64Array(blockSize),
    /** Sum of 1 / pixels of its region, and of 1 / defect pixels of its image. */
    ofRegions: new Float64Array(blockSize),
    ofImages: new Float64Array(blockSize),
  }
}

/** Takes the highest distinct scores of the first `left` defect pixels; returns how many pixels are left after them. */
function fillBlock(
  block: ReturnType<typeof newBlock>,
  { keys, regions }: ReturnType<typeof sortedDefects>,
  left: number,
  { regionAreas, regionImageAreas }: DefectPixels,
): number {
  let end = left
  block.size = 0
  for (; block.size < blockSize && end > 0; block.size++) {
    const key = keys[end - 1]!
    const before = end
    let [ofRegions, ofImages] = [0, 0]
    for (; end > 0 && keys[end - 1] === key; end--) {
      const region = regions[end - 1]!
      ofRegions += 1 / regionAreas[region]!
      ofImages += 1 / regionImageAreas[region]!
    }
    block.keys[block.size] = key
    block.pixels[block.size] = before - end
    block.ofRegions[block.size] = ofRegions
    block.ofImages[block.size] = ofImages
  }
  return end
}

/** Defect pixels of all images, ascending by score. */
function sortedDefects({ defects }: Pick<DefectPixels, 'defects'>): {
  keys: Uint32Array
  regions: Uint32Array
} {
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
