/** PaDiM as a graph against PaDiM in plain loops, wherever pictures lie. */
import { describe, expect, it } from 'vitest'
import type { ImageFeatures } from '../../../src/backbone/backbone.ts'
import type { PadimModel, PadimSettings } from '../../../src/detector/padim/gaussians-file.ts'
import { padimGraph } from '../../../src/detector/padim/score-graph.ts'
import { embedPatches } from '../../../src/detector/patches/embed-patches.ts'
import { smoothMap } from '../../../src/detector/patches/smoothing.ts'
import { ModelError } from '../../../src/errors.ts'
import { fitFrame } from '../../../src/image/frame.ts'
import { mahalanobis } from '../../../src/math/gaussians.ts'
import { createRandom } from '../../../src/math/random.ts'
import { randomFeatures, scoreByGraph } from './score-by-graph.ts'

const size = { width: 72, height: 48 }
const channels = 4
const settings: PadimSettings = {
  stages: ['fine', 'coarse'],
  stride: 8,
  unitLength: true,
  neighbourhood: 3,
  rows: 6,
  cols: 9,
  width: 2 * channels,
  kept: [0, 3, 4, 6, 7],
  sigma: 4,
}

/** Lower triangular, as what whitens is. */
function modelOf(own: PadimSettings, isFull: boolean): PadimModel {
  const random = createRandom(5)
  const dims = own.kept.length
  const groups = own.rows * own.cols + 1
  const each = dims * (isFull ? dims : 1)
  return {
    settings: own,
    gaussians: {
      means: Float32Array.from({ length: groups * dims }, () => 0.3 * random.normal()),
      whitening: Float32Array.from({ length: groups * each }, (_, i) => {
        if (!isFull) return 1 + random.uniform()
        const [row, col] = [Math.floor((i % each) / dims), i % dims]
        return row === col ? 1 + random.uniform() : col < row ? 0.2 * random.normal() : 0
      }),
    },
  }
}

/** The slow twin. */
function naive(features: ImageFeatures, { settings: own, gaussians }: PadimModel) {
  const { data, dims, grid, range, frame } = embedPatches(features, own)
  const distances = Float32Array.from({ length: range.rows * range.cols }, (_, cell) => {
    const position = (range.row + Math.floor(cell / range.cols)) * grid.cols + range.col + (cell % range.cols)
    return mahalanobis(
      gaussians,
      position,
      Float32Array.from(own.kept, (dim) => data[cell * dims + dim]!),
    )
  })
  const map = smoothMap(distances, range, grid, frame, own.sigma)
  return { score: Math.max(...map.data), map }
}

describe('PaDiM as a graph', () => {
  const sources = [
    { width: 72, height: 48 },
    { width: 100, height: 20 }, // padded above and below
    { width: 7, height: 33 }, // padded left and right
    { width: 1000, height: 2 }, // one row of cells, thinner than a cell
    { width: 2, height: 2 },
  ]
  const variants: readonly [string, Partial<PadimSettings>, boolean][] = [
    ['full covariances', {}, true],
    ['dimensions taken for independent', {}, false],
    [
      'all dimensions, raw lengths, no blur',
      { kept: [0, 1, 2, 3, 4, 5, 6, 7], unitLength: false, sigma: 0 },
      true,
    ],
    ['strides that do not divide', { stride: 11, rows: 5, cols: 7 }, true],
  ]
  it.each(variants)('equals the plain loops: %s', async (_, change, isFull) => {
    const model = modelOf({ ...settings, ...change }, isFull)
    const stages = settings.stages.map((stage, i) => ({ stage, channels, stride: 8 * (i + 1) }))
    const features = sources.map((source, i) => randomFeatures(fitFrame(source, size, 'pad'), i, stages))
    const found = await scoreByGraph(padimGraph(model), features)
    for (const [i, each] of features.entries()) {
      const expected = naive(each, model)
      expect(Math.abs(found[i]!.score - expected.score) / expected.score).toBeLessThan(1e-5)
      const worst = expected.map.data.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - found[i]!.map.data[at]!)),
        0,
      )
      expect(worst / expected.score).toBeLessThan(1e-5)
    }
  })

  it('refuses features of another width, and inputs of another size', () => {
    const graph = padimGraph(modelOf(settings, true))
    const shapes = (depth: number) =>
      ['fine', 'coarse'].map((stage) => ({ stage, channels: depth, rows: 6, cols: 9 }))
    expect(() => graph.check(shapes(4), size)).not.toThrow()
    expect(() => graph.check(shapes(5), size)).toThrow(ModelError)
    expect(() => graph.check(shapes(4), { width: 96, height: 48 })).toThrow(
      'expected 8 dimensions at 6x9 positions, got 8 at 6x12',
    )
  })
})
