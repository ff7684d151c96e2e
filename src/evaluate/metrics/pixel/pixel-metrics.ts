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
import type { Rect, Size } from '../../../image/image.ts'
import { type CountedPixels, figuresOf } from './pixel-figures.ts'
import { PixelTally } from './pixel-tally.ts'

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
   * @param counted - [height, width], 1 where pixels count (a region of interest); null or absent for all of the content. Not kept.
   * @throws {ShapeError} Scores or mask are not of that size. @throws {RangeError} `content` sticks out, or a score in it is
   *   NaN; nothing of the image is counted then.
   * Cost: O(pixels); regions are labelled where there is a mask.
   */
  add(
    scores: Float32Array,
    mask: Uint8Array | null,
    size: Size,
    content?: Rect,
    counted?: Uint8Array | null,
  ): void
  /** Figures of everything added so far; more may be added later. Cost: O(pixels). */
  figures(): PixelFigures
  /** AUPRO up to another false-alarm rate, above 0, at most 1. Cost: as `figures`. */
  aupro(limit: number): number | null
}

/** Of all pixels that were counted. Cost: O(pixels). */
export function pixelFigures(counted: CountedPixels): PixelFigures {
  const { auroc, averagePrecision, aupro, aupimo } = figuresOf(counted, [0.3, 0.05])
  return { auroc, averagePrecision, aupro: aupro[0]!, aupro05: aupro[1]!, aupimo }
}

/** @param tally - Where pixels are counted; one of its own where none is given. */
export function createPixelMetrics(tally: PixelTally = new PixelTally()): PixelMetrics {
  return {
    add: (scores, mask, size, content = { x: 0, y: 0, ...size }, counted = null) =>
      tally.add(scores, mask, size, content, counted),
    figures: () => pixelFigures(tally),
    aupro(limit) {
      if (!(limit > 0 && limit <= 1)) {
        throw new RangeError(`aupro: expected a false-alarm rate above 0, at most 1, got ${limit}`)
      }
      return figuresOf(tally, [limit]).aupro[0]!
    },
  }
}
