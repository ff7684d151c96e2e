/**
 * The embedded backbone: a fixed bank of filters, for use where there are no pretrained weights.
 *
 * A pyramid of images, each half the size of the last. In each, on luminance, pairs of oriented filters in quadrature
 * whose energy tells how much structure there is, whatever its phase, and a centre-surround filter for spots; the same,
 * coarser, on the two colour axes. Energies are divided by the energy around them (local contrast normalisation), so
 * that texture counts by its kind and not by light and contrast; then each cell keeps the largest (small defects would
 * drown in a mean). A stage joins three levels of the pyramid, and the colour of the cell.
 *
 * Source: Adelson and Bergen 1985 (energy), Heeger 1992 (normalisation), Jarrett et al. 2009 "What is the best
 * multi-stage architecture for object recognition?" (rectify, normalise, pool, with filters that are not learnt).
 */
import {
  abs,
  add,
  concat,
  conv2d,
  div,
  maxPool,
  mul,
  pad,
  reduceMean,
  slice,
  sqrt,
  type Value,
} from '../graph/index.ts'
import type { Architecture } from './architecture.ts'
import { filterSide, makeFilterbank, orientationCount, surroundSide } from './filterbank-kernels.ts'
import type { WeightTensors } from './weight-tensors.ts'

const stages = [
  { name: 'scale1', stride: 4 },
  { name: 'scale2', stride: 8 },
  { name: 'scale3', stride: 16 },
] as const

const levelsPerStage = 3
/** Energies below these count as none when contrast is normalised; one grey level is 1/255. */
const leastEnergy = { luminance: 0.002, chroma: 0.01 }

const chromaOrientations = orientationCount / 2
const channels = levelsPerStage * (orientationCount + 1 + 2 * chromaOrientations) + 3

export const filterbank: Architecture = {
  id: 'filterbank',
  stages: stages.map(({ name, stride }) => ({ name, channels, stride })),
  // Measured (docs/detectors/patchcore.md): energies say as much by their size as by their direction.
  patchDefaults: { stages: ['scale2', 'scale3'], stride: 16, neighbourhood: 1, unitLength: false },
  leastSide: 32,
  embedded: makeFilterbank,
  build(input, weights, _padding, deepest) {
    const opponent = conv2d(input, constantOf(input, weights, 'opponent', [3, 3, 1, 1]))
    const images = [opponent]
    const levels: Level[] = []
    const results = new Map<string, Value>()
    for (const [first, { name }] of stages.entries()) {
      while (levels.length < first + levelsPerStage) {
        const i = levels.length
        images[i] ??= halve(images[i - 1]!, weights)
        levels.push(buildLevel(images[i]!, weights))
      }
      const last = first + levelsPerStage - 1
      const parts = levels.slice(first, last + 1).flatMap((level, i) =>
        (['oriented', 'centre', 'chroma'] as const).map((kind) => {
          const gain = weights.tensor(`gain.${kind}`, [levelsPerStage]).data[i]!
          return mul(pooled(level[kind], last - first - i), gain)
        }),
      )
      const colourGain = constantOf(input, weights, 'gain.colour', [3], [1, 3, 1, 1])
      results.set(name, concat([...parts, mul(images[last]!, colourGain)], 1))
      if (name === deepest) break
    }
    return results
  },
}

/** Normalised energies of one image of the pyramid, [images, orientations (times axes), rows, cols]. */
interface Level {
  readonly oriented: Value
  readonly centre: Value
  readonly chroma: Value
}

function buildLevel(image: Value, weights: WeightTensors): Level {
  const bankShape = [orientationCount, 1, filterSide, filterSide]
  const even = weights.tensor('even', bankShape).data
  const odd = weights.tensor('odd', bankShape).data
  const centre = weights.tensor('centre', [1, 1, filterSide, filterSide]).data
  const luminance = slice(image, { axis: 1, end: 1 })
  const colours = slice(image, { axis: 1, start: 1 })
  const energy = (x: Value, pick: (bank: Float32Array) => Float32Array) => {
    const squared = (bank: Float32Array) => {
      const response = filtered(x, pick(bank), filterSide, filterSide)
      return mul(response, response)
    }
    return sqrt(add(squared(even), squared(odd)))
  }
  const oriented = energy(luminance, (bank) => bank)
  const spots = abs(filtered(luminance, centre, filterSide, filterSide))
  const chroma = energy(colours, everySecond)
  const around = (x: Value, least: number) => add(surround(x, weights), least)
  const contrast = around(oriented, leastEnergy.luminance)
  return {
    oriented: div(oriented, contrast),
    centre: div(spots, contrast),
    chroma: div(chroma, around(chroma, leastEnergy.chroma)),
  }
}

/** Every second filter of a bank. */
function everySecond(bank: Float32Array): Float32Array {
  const each = filterSide ** 2
  return bank.filter((_, i) => Math.floor(i / each) % 2 === 0)
}

/** Mean energy of all channels around each pixel. */
function surround(energy: Value, weights: WeightTensors): Value {
  const kernel = weights.tensor('surround', [1, 1, surroundSide, 1]).data
  return filtered(filtered(reduceMean(energy, [1], true), kernel, surroundSide, 1), kernel, 1, surroundSide)
}

/** The image at half the size, rounded up, smoothed before. Source: Burt and Adelson 1983. */
function halve(image: Value, weights: WeightTensors): Value {
  const kernel = weights.tensor('blur', [1, 1, 5, 1]).data
  return filtered(filtered(image, kernel, 5, 1, [2, 1]), kernel, 1, 5, [1, 2])
}

/** The largest value around each of the points 2^halvings pixels apart; windows overlap by a pixel. */
function pooled(x: Value, halvings: number): Value {
  if (halvings === 0) return x
  const stride = 2 ** halvings
  return maxPool(x, stride + 1, { stride, padding: stride / 2 })
}

/** Every kernel of a bank over every channel; the image is mirrored at its borders. */
function filtered(
  x: Value,
  bank: Float32Array,
  rows: number,
  cols: number,
  stride: readonly [number, number] = [1, 1],
): Value {
  const channelCount = x.shape[1]!
  const all = new Float32Array(bank.length * channelCount)
  for (let i = 0; i < channelCount; i++) all.set(bank, i * bank.length)
  const weight = x.graph.constant(all, [all.length / (rows * cols), 1, rows, cols])
  return conv2d(mirrored(x, (rows - 1) / 2, (cols - 1) / 2), weight, { groups: channelCount, stride })
}

/** Where the image is too small to be mirrored, its border is repeated. */
function mirrored(x: Value, rows: number, cols: number): Value {
  const amounts = [0, 0, rows, cols]
  const mode = x.shape[2]! > rows && x.shape[3]! > cols ? 'reflect' : 'edge'
  return pad(x, amounts, amounts, mode)
}

function constantOf(
  x: Value,
  weights: WeightTensors,
  name: string,
  shape: readonly number[],
  as: readonly number[] = shape,
): Value {
  return x.graph.constant(weights.tensor(name, shape).data, as)
}
