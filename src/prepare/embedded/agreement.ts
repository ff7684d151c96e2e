/**
 * What stays put is background: how well every cell of a photograph agrees with the same place in other photographs of the camera.
 *
 * A part of the fixture may be of the same metal as the object, and no model of colours tells them apart; but it looks the same in
 * photograph after photograph, to within the noise, and the next object does not. What the disagreement is worth is measured on the
 * cells as they are labelled so far: where objects are as alike as backgrounds, it is worth nothing.
 */
import { upperMedian } from '../../math/order-statistics.ts'
import { type CellFeatures, featureCount } from './cell-features.ts'

export interface Agreement {
  /** Lightness of the photographs compared with, in one exposure; [cells] each. */
  readonly exemplars: readonly Float32Array[]
  /** [bins] what a disagreement is worth: positive for the object, natural logarithm. */
  readonly worth: Float32Array
}

/** Fewer photographs cannot say what stays put. */
export const leastExemplars = 8
/** How many of the photographs must agree, as a share of them. */
const agreeingShare = 1 / 8
/** Lightness that the frame is brought to. */
const commonLightness = 64
/** Bins of the disagreement, eighths of an octave from 1/8 of a grey level on. */
const bins = 72
const binsPerOctave = 8
const firstOctave = -3
/**
 * Agreement with several photographs is no chance, while labels so far are wrong in places: what speaks for the background counts
 * three times. Found on simulated parts, where pins and clamps of the parts' own metal are told from them by it.
 */
const backgroundWeight = 3
/** Bounds of the worth of one cell, natural logarithm. Disagreement says little: shadows and what holds the object move as well. */
const leastWorth = -12
const mostWorth = 1.5

/** Lightness with the exposure taken out: the median of the frame is the same in all. */
export function evenLightness({ data }: CellFeatures, frame: Uint8Array): Float32Array {
  const rim: number[] = []
  for (let i = 0; i < frame.length; i++) if (frame[i] === 1) rim.push(data[i * featureCount]!)
  const middle = upperMedian(rim)
  const gain = commonLightness / Math.max(1, middle)
  return Float32Array.from(frame, (_, i) => gain * data[i * featureCount]!)
}

/**
 * For every cell the bin of its disagreement: root mean square difference over 3 x 3 cells, to the photograph that agrees n-th best
 * there; of the windows that hold the cell, the one that agrees best counts, so that an edge beside it does not. The photograph
 * itself, if it is among the exemplars, is passed over.
 *
 * Cost: exemplars x cells.
 */
export function disagreement(
  exemplars: readonly Float32Array[],
  own: Float32Array,
  rows: number,
  cols: number,
): Uint8Array {
  const others = exemplars.filter((other) => other.some((value, i) => value !== own[i]))
  const rank = Math.max(2, Math.round(agreeingShare * others.length))
  const cells = rows * cols
  const best = Array.from({ length: rank }, () => new Float32Array(cells).fill(Number.POSITIVE_INFINITY))
  const squares = new Float32Array(cells)
  for (const other of others) {
    for (let i = 0; i < cells; i++) squares[i] = (own[i]! - other[i]!) ** 2
    const windows = overNeighbours(squares, rows, cols, (a, b, c) => (a + b + c) / 3)
    for (let i = 0; i < cells; i++) {
      let value = windows[i]!
      if (value >= best[rank - 1]![i]!) continue
      for (const ranked of best) {
        const standing = ranked[i]!
        if (value >= standing) continue
        ranked[i] = value
        value = standing
      }
    }
  }
  const least = overNeighbours(best[rank - 1]!, rows, cols, (a, b, c) => Math.min(a, b, c))
  return Uint8Array.from(least, (square) => {
    const octave = 0.5 * Math.log2(Math.max(1e-9, square))
    return Math.min(bins - 1, Math.max(0, Math.floor(binsPerOctave * (octave - firstOctave))))
  })
}

/** Rows, then columns; edges repeated. */
function overNeighbours(
  values: Float32Array,
  rows: number,
  cols: number,
  combine: (before: number, here: number, after: number) => number,
): Float32Array {
  const half = new Float32Array(values.length)
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++, i++) {
      const before = values[x > 0 ? i - 1 : i]!
      half[i] = combine(before, values[i]!, values[x + 1 < cols ? i + 1 : i]!)
    }
  }
  const whole = new Float32Array(values.length)
  for (let y = 0, i = 0; y < rows; y++) {
    const up = y > 0 ? -cols : 0
    const down = y + 1 < rows ? cols : 0
    for (let x = 0; x < cols; x++, i++) whole[i] = combine(half[i + up]!, half[i]!, half[i + down]!)
  }
  return whole
}

/**
 * @param disagreements - [cells] of every photograph. @param isObject - Its labels so far.
 * @returns [bins], rising: more disagreement never speaks for the background.
 */
export function worthOfDisagreement(
  disagreements: readonly Uint8Array[],
  isObject: readonly Uint8Array[],
): Float32Array {
  const counts = [new Float64Array(bins), new Float64Array(bins)]
  const totals = [0, 0]
  for (const [k, each] of disagreements.entries()) {
    for (let i = 0; i < each.length; i++) {
      const kind = isObject[k]![i]!
      counts[kind]![each[i]!]!++
      totals[kind]!++
    }
  }
  const shares = counts.map((count, kind) => smoothed(count).map((n) => (n + 1) / (totals[kind]! + bins)))
  const worths = Float32Array.from(shares[1]!, (share, bin) => {
    const worth = Math.log(share / shares[0]![bin]!)
    return Math.min(mostWorth, Math.max(leastWorth, worth < 0 ? backgroundWeight * worth : worth))
  })
  return risingInPlace(
    worths,
    counts[0]!.map((n, bin) => n + counts[1]![bin]! + 1),
  )
}

/** Binomial over five bins, edges repeated. */
function smoothed(values: Float64Array): Float64Array {
  const at = (i: number): number => values[Math.min(values.length - 1, Math.max(0, i))]!
  return values.map((_, i) => (at(i - 2) + 4 * at(i - 1) + 6 * at(i) + 4 * at(i + 1) + at(i + 2)) / 16)
}

/** The nearest rising sequence by weighted least squares: pool adjacent violators. */
function risingInPlace(values: Float32Array, weights: Float64Array): Float32Array {
  const blocks: { sum: number; weight: number; length: number }[] = []
  for (let i = 0; i < values.length; i++) {
    blocks.push({ sum: values[i]! * weights[i]!, weight: weights[i]!, length: 1 })
    for (let last = blocks.length - 1; last > 0; last--) {
      const [before, after] = [blocks[last - 1]!, blocks[last]!]
      if (before.sum / before.weight <= after.sum / after.weight) break
      blocks.splice(last - 1, 2, {
        sum: before.sum + after.sum,
        weight: before.weight + after.weight,
        length: before.length + after.length,
      })
    }
  }
  let start = 0
  for (const { sum, weight, length } of blocks) {
    values.fill(sum / weight, start, start + length)
    start += length
  }
  return values
}
