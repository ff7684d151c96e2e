/** The numbers of the filter bank: its kernels and gains, made from formulas. */
import { type MadeWeights, madeWeights } from './made-weights.ts'

/** Orientations of the filters on luminance; every second one is used on the colour axes. */
export const orientationCount = 8
/** Side of the filters; 2.2 standard deviations to each side. */
export const filterSide = 9
/** Side of the window over which contrast is normalised. */
export const surroundSide = 25

const wavelength = 4.5 // pixels
const filterDeviation = 1.8 // pixels
const surroundDeviation = 6 // pixels

/**
 * Gains by kind of channel: for the three levels of a stage, fine to coarse, and for the axes of colour.
 *
 * Starting point: the inverse of the standard deviation over photographs of everyday things (about 0.65 for luminance,
 * 0.42 for chroma; 0.2, 0.05 and 0.06 for colour), so that no kind drowns another in a Euclidean distance. The fine
 * levels, which weigh less once neighbouring cells are averaged, were then raised and colour, which moves with the
 * light, lowered, by trial on metal surfaces and on toys.
 */
const gains = {
  oriented: [2.1, 1.5, 1.1],
  centre: [2.4, 1.7, 1.2],
  chroma: [3.2, 2.3, 1.6],
  colour: [1.7, 6, 5],
} as const

/** All of it, under `sha256:…` of the numbers. */
export function makeFilterbank(): MadeWeights {
  const square = (side: number, count: number) => [count, 1, side, side]
  const angles = Array.from({ length: orientationCount }, (_, i) => (Math.PI * i) / orientationCount)
  const bank = (phase: number) => Float32Array.from(angles.flatMap((angle) => gabor(angle, phase)))
  const tensors = [
    // Mean of red, green and blue; red against green; yellow against blue.
    {
      name: 'opponent',
      shape: [3, 3, 1, 1],
      data: Float32Array.of(1 / 3, 1 / 3, 1 / 3, 0.5, -0.5, 0, 0.25, 0.25, -0.5),
    },
    { name: 'even', shape: square(filterSide, orientationCount), data: bank(0) },
    { name: 'odd', shape: square(filterSide, orientationCount), data: bank(Math.PI / 2) },
    { name: 'centre', shape: square(filterSide, 1), data: Float32Array.from(centreSurround()) },
    { name: 'blur', shape: [1, 1, 5, 1], data: Float32Array.of(1, 4, 6, 4, 1).map((x) => x / 16) },
    {
      name: 'surround',
      shape: [1, 1, surroundSide, 1],
      data: Float32Array.from(gaussian(surroundSide, surroundDeviation)),
    },
    ...Object.entries(gains).map(([name, values]) => ({
      name: `gain.${name}`,
      shape: [3],
      data: Float32Array.from(values),
    })),
  ]
  return madeWeights('filterbank', tensors, { input: 'RGB, x/255' })
}

/** Calls `value` for every pixel of a filter, (0, 0) in its middle. */
function overFilter(value: (x: number, y: number) => number): number[] {
  const reach = (filterSide - 1) / 2
  return Array.from({ length: filterSide ** 2 }, (_, i) =>
    value((i % filterSide) - reach, Math.floor(i / filterSide) - reach),
  )
}

/**
 * A wave under a Gaussian, without response to a constant, its absolute values summing to 2: a step of 1 gives about 1.
 *
 * Source: Daugman 1985, "Uncertainty relation for resolution in space, spatial frequency, and orientation".
 */
function gabor(angle: number, phase: number): number[] {
  const envelope = overFilter((x, y) => Math.exp(-(x * x + y * y) / (2 * filterDeviation ** 2)))
  const wave = overFilter((x, y) =>
    Math.cos((2 * Math.PI * (x * Math.cos(angle) + y * Math.sin(angle))) / wavelength + phase),
  )
  const offset = sum(envelope.map((e, i) => e * wave[i]!)) / sum(envelope)
  return scaled(envelope.map((e, i) => e * (wave[i]! - offset)))
}

/** A narrow Gaussian less a wide one. Source: Marr and Hildreth 1980, "Theory of edge detection". */
function centreSurround(): number[] {
  const normal = (deviation: number) => {
    const values = overFilter((x, y) => Math.exp(-(x * x + y * y) / (2 * deviation ** 2)))
    const total = sum(values)
    return values.map((value) => value / total)
  }
  const wide = normal(2.2)
  return scaled(normal(1).map((value, i) => value - wide[i]!))
}

function gaussian(side: number, deviation: number): number[] {
  const reach = (side - 1) / 2
  const values = Array.from({ length: side }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * deviation ** 2)))
  const total = sum(values)
  return values.map((value) => value / total)
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

function scaled(values: readonly number[]): number[] {
  const total = sum(values.map(Math.abs))
  return values.map((value) => (2 * value) / total)
}
