/** PatchCore as a graph against PatchCore in plain loops: patches, distances, score and map, wherever pictures lie. */
import { describe, expect, it } from 'vitest'
import type { ImageFeatures } from '../../../src/backbone/backbone.ts'
import type { BankSettings } from '../../../src/detector/patchcore/bank-file.ts'
import { patchcoreGraph } from '../../../src/detector/patchcore/score-graph.ts'
import { embedPatches } from '../../../src/detector/patches/embed-patches.ts'
import { smoothMap } from '../../../src/detector/patches/smoothing.ts'
import { squaredDistance } from '../../../src/detector/patches/squared-distance.ts'
import { fitFrame } from '../../../src/image/frame.ts'
import type { Frame } from '../../../src/image/image.ts'
import { createRandom } from '../../../src/math/random.ts'
import { createNeighbourhoods, imageScore } from '../patchcore/plain-score.ts'
import { randomFeatures, scoreByGraph } from './score-by-graph.ts'

const size = { width: 72, height: 48 }
const settings: BankSettings = {
  stages: ['fine', 'coarse'],
  stride: 8,
  unitLength: true,
  neighbourhood: 3,
  peaks: 3,
  neighbours: 4,
  sigma: 4,
}

/** At strides 8 and 16, or others. */
const featuresOf = (frame: Frame, seed: number, strides = [8, 16]): ImageFeatures =>
  randomFeatures(
    frame,
    seed,
    settings.stages.map((stage, i) => ({ stage, channels: 3 + 2 * i, stride: strides[i]! })),
  )

/** The slow twin. */
function naiveScore(features: ImageFeatures, own: BankSettings, rows: Float32Array, dims: number) {
  const { data, grid, range, frame } = embedPatches(features, own)
  const count = data.length / dims
  const distance = new Float32Array(count)
  const index = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    let best = Infinity
    for (let row = 0; row < rows.length / dims; row++) {
      const squared = squaredDistance(data, i, rows, row, dims)
      if (squared < best) [best, index[i]] = [squared, row]
    }
    distance[i] = Math.sqrt(best)
  }
  const neighbourhoods = createNeighbourhoods(rows, dims, own.neighbours)
  const score = imageScore(data, { distance, index }, rows, dims, own.peaks, neighbourhoods)
  return { score, map: smoothMap(distance, range, grid, frame, own.sigma) }
}

const scored = (
  features: readonly ImageFeatures[],
  own: BankSettings,
  rows: Float32Array,
  dims: number,
  axes: Float32Array | null = null,
) => scoreByGraph(patchcoreGraph({ settings: own, dims, rows, axes }), features)

const random = createRandom(5)
const dims = 8
const bank = Float32Array.from({ length: 40 * dims }, () => random.normal())

describe('PatchCore as a graph', () => {
  const sources = [
    { width: 72, height: 48 },
    { width: 100, height: 20 }, // padded above and below
    { width: 7, height: 33 }, // padded left and right
    { width: 1000, height: 2 }, // one row of cells, thinner than a cell
    { width: 2, height: 2 },
  ]
  const variants: readonly [string, Partial<BankSettings>, number[] | undefined][] = [
    ['as it comes', {}, undefined],
    ['raw lengths, one peak, no weighting', { unitLength: false, peaks: 1, neighbours: 1 }, undefined],
    ['no neighbourhood, no blur', { neighbourhood: 1, sigma: 0 }, undefined],
    ['a wide neighbourhood, more peaks than cells', { neighbourhood: 7, peaks: 1000 }, undefined],
    ['a grid coarser than every stage', { stride: 16 }, [4, 8]],
    ['strides that do not divide', { stride: 11 }, [5, 9]],
    ['more neighbours than the bank has rows', { neighbours: 64 }, undefined],
  ]
  it.each(variants)('equals the plain loops: %s', async (_, change, strides) => {
    const own = { ...settings, ...change }
    const features = sources.map((source, i) => featuresOf(fitFrame(source, size, 'pad'), i, strides))
    const found = await scored(features, own, bank, dims)
    for (const [i, each] of features.entries()) {
      const expected = naiveScore(each, own, bank, dims)
      expect(Math.abs(found[i]!.score - expected.score) / expected.score).toBeLessThan(1e-5)
      const worst = expected.map.data.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - found[i]!.map.data[at]!)),
        0,
      )
      expect(worst).toBeLessThan(1e-5)
    }
  })

  it('searches a bank in blocks as it does at once', async () => {
    const large = Float32Array.from({ length: 150_000 * dims }, () => random.normal())
    const features = [featuresOf(fitFrame(size, size, 'pad'), 3)]
    const [found] = await scored(features, settings, large, dims)
    expect(found!.score).toBeCloseTo(
      naiveScore(features[0]!, { ...settings, neighbours: 4 }, large, dims).score,
      5,
    )
  })

  it('searches along a few axes, and finds what it finds along all', async () => {
    // Rows that vary along three of eight dimensions: along those three, the nearest are among the eight that are nearest.
    const flat = Float32Array.from(
      { length: 600 * dims },
      (_, i) => random.normal() * (i % dims < 3 ? 1 : 0.01),
    )
    const axes = Float32Array.from({ length: 3 * dims }, (_, i) => Number(i % dims === Math.floor(i / dims)))
    const features = sources.map((source, i) => featuresOf(fitFrame(source, size, 'pad'), i))
    const whole = await scored(features, settings, flat, dims)
    const short = await scored(features, settings, flat, dims, axes)
    for (const [i, { score, map }] of short.entries()) {
      expect(score).toBeCloseTo(whole[i]!.score, 5)
      expect(
        Math.max(...map.data.map((value, at) => Math.abs(value - whole[i]!.map.data[at]!))),
      ).toBeLessThan(1e-5)
    }
  })

  it('searches a bank of fewer rows than are listed', async () => {
    const axes = Float32Array.from({ length: 2 * dims }, (_, i) => Number(i % dims === Math.floor(i / dims)))
    const features = [featuresOf(fitFrame(size, size, 'pad'), 4)]
    const few = bank.slice(0, 3 * dims)
    const [whole] = await scored(features, settings, few, dims)
    const [short] = await scored(features, settings, few, dims, axes)
    expect(short!.score).toBeCloseTo(whole!.score, 5)
  })

  it('gives patches of the bank the score 0', async () => {
    const features = featuresOf(fitFrame(size, size, 'pad'), 9)
    const { data } = embedPatches(features, settings)
    const [found] = await scored([features], settings, data, dims)
    expect(found!.score).toBeLessThan(1e-6)
  })
})
