/** SubspaceAD as a graph against SubspaceAD in plain loops, wherever pictures lie. */
import { describe, expect, it } from 'vitest'
import type { ImageFeatures } from '../../../src/backbone/backbone.ts'
import { embedPatches } from '../../../src/detector/patches/embed-patches.ts'
import { smoothMap } from '../../../src/detector/patches/smoothing.ts'
import type { SubspaceModel, SubspaceSettings } from '../../../src/detector/subspace/model.ts'
import { subspaceGraph } from '../../../src/detector/subspace/score-graph.ts'
import { ModelError } from '../../../src/errors.ts'
import { fitFrame } from '../../../src/image/frame.ts'
import { imageScore } from '../subspace/plain-score.ts'
import { randomFeatures, scoreByGraph } from './score-by-graph.ts'

const size = { width: 72, height: 48 }
const channels = 4
const settings: SubspaceSettings = {
  stages: ['fine', 'coarse'],
  stride: 8,
  unitLength: true,
  neighbourhood: 3,
  join: 'concat',
  top: 0.01,
  sigma: 4,
  reach: 1,
}

/** Two axes of the space, and a mean. */
function modelOf(own: SubspaceSettings): SubspaceModel {
  const dims = own.join === 'mean' ? channels : 2 * channels
  const components = new Float32Array(2 * dims)
  components[1] = 1
  components[dims] = 0.6
  components[dims + 2] = 0.8
  return { settings: own, mean: Float32Array.from({ length: dims }, (_, i) => i / 10), components }
}

/** The slow twin. */
function naive(features: ImageFeatures, { settings: own, mean, components }: SubspaceModel) {
  const { data, dims: joined, grid, range, frame } = embedPatches(features, own)
  const dims = mean.length
  const squared = Float32Array.from({ length: data.length / joined }, (_, row) => {
    const y = Array.from({ length: dims }, (_, i) => {
      const at = row * joined + i
      return (own.join === 'mean' ? (data[at]! + data[at + dims]!) / 2 : data[at]!) - mean[i]!
    })
    const left = [...y]
    for (const start of [0, dims]) {
      const axis = components.subarray(start, start + dims)
      const along = y.reduce((sum, value, i) => sum + value * axis[i]!, 0)
      for (const i of left.keys()) left[i]! -= along * axis[i]!
    }
    return left.reduce((sum, value) => sum + value * value, 0)
  })
  const map = smoothMap(squared, range, grid, frame, own.sigma, 'reflect-101', own.reach)
  return { score: imageScore(map, frame.content, own.top), map }
}

describe('SubspaceAD as a graph', () => {
  const sources = [
    { width: 72, height: 48 },
    { width: 100, height: 20 }, // padded above and below
    { width: 7, height: 33 }, // padded left and right
    { width: 1000, height: 2 }, // one row of cells, thinner than a cell
    { width: 2, height: 2 },
  ]
  const variants: readonly [string, Partial<SubspaceSettings>][] = [
    ['as it comes', {}],
    ['the mean of stages, raw lengths', { join: 'mean', unitLength: false }],
    ['a blur wider than the picture, all pixels', { sigma: 9, reach: 40, top: 1 }],
    ['no blur, a fifth of the pixels', { sigma: 0, reach: 0, top: 0.2 }],
    ['strides that do not divide', { stride: 11 }],
  ]
  it.each(variants)('equals the plain loops: %s', async (_, change) => {
    const model = modelOf({ ...settings, ...change })
    const stages = settings.stages.map((stage, i) => ({ stage, channels, stride: 8 * (i + 1) }))
    const features = sources.map((source, i) => randomFeatures(fitFrame(source, size, 'pad'), i, stages))
    const found = await scoreByGraph(subspaceGraph(model), features)
    for (const [i, each] of features.entries()) {
      const expected = naive(each, model)
      expect(Math.abs(found[i]!.score - expected.score) / expected.score).toBeLessThan(1e-5)
      const worst = expected.map.data.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - found[i]!.map.data[at]!)),
        0,
      )
      expect(worst).toBeLessThan(2e-5)
    }
  })

  it.each([
    ['concat', [4, 5], 'got 9'],
    ['mean', [3, 5], 'got 4 of stages with 3, 5'],
  ] as const)('refuses features of other widths, joined by %s', async (join, widths, message) => {
    const graph = subspaceGraph(modelOf({ ...settings, join }))
    const shapes = widths.map((width, i) => ({ stage: `${i}`, channels: width, rows: 6, cols: 9 }))
    expect(() => graph.check(shapes, size)).toThrow(ModelError)
    expect(() => graph.check(shapes, size)).toThrow(message)
  })
})
