/**
 * Which of the two hypotheses fits: do nominal images vary around one appearance (hypersphere), or along many (manifold)?
 *
 * The reference looks at the spectrum of the average image: where objects lie always alike it is a picture of one, whose low
 * frequencies are strong over a broad, filled disc; where they turn, move or differ, little is left but the mean.
 *
 * Source: Chen et al. 2024, arXiv 2407.09359; github.com/cqylunlun/GLASS, utils.py, distribution_judge, whose constants these are.
 */
import type { ImageRef, Vision } from '../../backbone/vision.ts'
import { InputError } from '../../errors.ts'
import type { Image } from '../../image/image.ts'
import { checkCancelled, type Task } from '../../task.ts'

export type Hypothesis = 'manifold' | 'hypersphere'

/** Side to which the average image is brought. */
const side = 289
/** Side of the box that it is blurred with. */
const blur = 39
/** A frequency is strong from here on: 20 times the natural logarithm of its amplitude is above 170. */
const strong = Math.exp(170 / 20)
/** The strong frequencies are a disc when they fill this share of it, reach this far and are this many. */
const [leastDensity, leastRadius, leastCount] = [0.21, 12, 60]

/** @throws {InputError} An image fails. */
export async function judgeHypothesis(
  samples: readonly ImageRef[],
  vision: Vision,
  task: Task,
): Promise<Hypothesis> {
  const { width, height } = vision.size
  const sums = new Float64Array(3 * width * height)
  let count = 0
  const progress = task.progress('average image', 'images')
  try {
    for await (const outcome of vision.images(samples, task)) {
      checkCancelled(task)
      if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
      const { data } = outcome.value
      for (let i = 0; i < sums.length; i++) sums[i]! += data[i]!
      progress.update(++count, samples.length)
    }
  } finally {
    progress.end()
  }
  return hypothesisOf({ width, height, data: Uint8Array.from(sums, (sum) => Math.floor(sum / count)) })
}

/** @param average - Of the nominal images, rounded down. */
export function hypothesisOf(average: Image): Hypothesis {
  const points = strongFrequencies(boxBlur(greyLevels(average)))
  const reach = (lengths: readonly number[]) => lengths.reduce((a, b) => Math.max(a, b), 0)
  const acrossX = reach(points.map(([x]) => Math.abs(x)))
  const acrossY = reach(points.map(([, y]) => Math.abs(y)))
  const radius = reach(points.map(([x, y]) => Math.hypot(x, y)))
  const inBox = points.length / (4 * Math.max(acrossX, 1) * Math.max(acrossY, 1))
  const inDisc = points.length / latticePoints(radius)
  const isDisc = inBox > leastDensity || inDisc > leastDensity
  return isDisc && radius > leastRadius && points.length > leastCount ? 'hypersphere' : 'manifold'
}

/** Points of whole coordinates in a disc around the middle frequency, as far as the reference's lattice goes. */
function latticePoints(radius: number): number {
  const middle = side >> 1
  let count = 0
  for (let y = -middle; y < 2 * side - middle; y++) {
    for (let x = -middle; x < 2 * side - middle; x++) if (Math.hypot(x, y) <= radius) count++
  }
  return count
}

/** float64 [side, side], 0..255: resized bilinearly without smoothing, then weighed as ITU-R BT.601 has it. */
function greyLevels({ width, height, data }: Image): Float64Array {
  const grey = new Float64Array(side * side)
  const place = (i: number, from: number): readonly [number, number, number] => {
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / side - 0.5))
    const low = Math.floor(at)
    return [low, Math.min(low + 1, from - 1), at - low]
  }
  for (let row = 0; row < side; row++) {
    const [top, bottom, down] = place(row, height)
    for (let col = 0; col < side; col++) {
      const [left, right, across] = place(col, width)
      const [red, green, blue] = [0, 1, 2].map((channel) => {
        const at = (y: number, x: number) => data[3 * (y * width + x) + channel]!
        const upper = at(top, left) * (1 - across) + at(top, right) * across
        const lower = at(bottom, left) * (1 - across) + at(bottom, right) * across
        return Math.round(upper * (1 - down) + lower * down)
      }) as [number, number, number]
      grey[row * side + col] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue)
    }
  }
  return grey
}

/** Means over a box, the border mirrored without its own pixel, rounded to whole levels. */
function boxBlur(grey: Float64Array): Float64Array {
  const reach = blur >> 1
  const inside = (i: number) => (i < 0 ? -i : i >= side ? 2 * side - 2 - i : i)
  const pass = (source: Float64Array, step: number, line: number): Float64Array => {
    const target = new Float64Array(side * side)
    for (let at = 0; at < side; at++) {
      for (let i = 0; i < side; i++) {
        let sum = 0
        for (let d = -reach; d <= reach; d++) sum += source[at * line + inside(i + d) * step]!
        target[at * line + i * step] = sum
      }
    }
    return target
  }
  return pass(pass(grey, 1, side), side, 1).map((sum) => Math.round(sum / blur ** 2))
}

/**
 * Frequencies of large amplitude, as distances (x, y) from the middle, -144..144.
 *
 * Cost: two sums of `side` terms for each of side² values; a fast transform is not worth its code at one image a fit.
 */
function strongFrequencies(grey: Float64Array): readonly (readonly [x: number, y: number])[] {
  const middle = side >> 1
  const cosine = Float64Array.from({ length: side }, (_, i) => Math.cos((2 * Math.PI * i) / side))
  const sine = Float64Array.from({ length: side }, (_, i) => Math.sin((2 * Math.PI * i) / side))
  // Along rows first: [row, frequency], real and imaginary.
  const real = new Float64Array(side * side)
  const imaginary = new Float64Array(side * side)
  for (let row = 0; row < side; row++) {
    for (let f = 0; f < side; f++) {
      let re = 0
      let im = 0
      for (let x = 0, turn = 0; x < side; x++) {
        const value = grey[row * side + x]!
        re += value * cosine[turn]!
        im -= value * sine[turn]!
        turn += f
        if (turn >= side) turn -= side
      }
      real[row * side + f] = re
      imaginary[row * side + f] = im
    }
  }
  const points: (readonly [number, number])[] = []
  const signed = (f: number) => (f > middle ? f - side : f)
  for (let f = 0; f < side; f++) {
    for (let g = 0; g < side; g++) {
      let re = 0
      let im = 0
      for (let y = 0, turn = 0; y < side; y++) {
        const [a, b] = [real[y * side + f]!, imaginary[y * side + f]!]
        re += a * cosine[turn]! + b * sine[turn]!
        im += b * cosine[turn]! - a * sine[turn]!
        turn += g
        if (turn >= side) turn -= side
      }
      if (Math.hypot(re, im) > strong) points.push([signed(f), signed(g)])
    }
  }
  return points
}
