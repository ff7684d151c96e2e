/** AnomalyDINO without its mask as a graph against the same in plain loops, wherever pictures lie. */
import { describe, expect, it } from 'vitest'
import type { ImageFeatures } from '../../../src/backbone/backbone.ts'
import { unitRows } from '../../../src/detector/anomalydino/cosine-search.ts'
import type { AnomalydinoModel, AnomalydinoSettings } from '../../../src/detector/anomalydino/model.ts'
import { anomalydinoGraph } from '../../../src/detector/anomalydino/score-graph.ts'
import { embedPatches } from '../../../src/detector/patches/embed-patches.ts'
import { meanOfLargest } from '../../../src/detector/patches/mean-of-largest.ts'
import { smoothMap } from '../../../src/detector/patches/smoothing.ts'
import { fitFrame } from '../../../src/image/frame.ts'
import { createRandom } from '../../../src/math/random.ts'
import { randomFeatures, scoreByGraph } from './score-by-graph.ts'

const size = { width: 72, height: 48 }
const dims = 8
const settings: AnomalydinoSettings = {
  stages: ['fine', 'coarse'],
  stride: 8,
  unitLength: true,
  neighbourhood: 3,
  neighbours: 1,
  top: 0.01,
  mask: 'off',
  maskThreshold: 10,
  sigma: 4,
}

/** The slow twin. */
function naive(features: ImageFeatures, { settings: own, bank }: AnomalydinoModel) {
  const { data, grid, range, frame } = embedPatches(features, own)
  const unit = unitRows(data, dims)
  const distance = Float32Array.from({ length: data.length / dims }, (_, row) => {
    const all = Array.from({ length: bank.length / dims }, (_, at) => {
      let cosine = 0
      for (let i = 0; i < dims; i++) cosine += unit[row * dims + i]! * bank[at * dims + i]!
      return 1 - cosine
    })
    const nearest = all.sort((a, b) => a - b).slice(0, own.neighbours)
    return nearest.reduce((sum, value) => sum + value, 0) / nearest.length
  })
  return {
    score: meanOfLargest(distance, Math.max(1, Math.floor(own.top * distance.length))),
    map: smoothMap(distance, range, grid, frame, own.sigma, 'reflect'),
  }
}

describe('AnomalyDINO as a graph', () => {
  const sources = [
    { width: 72, height: 48 },
    { width: 100, height: 20 }, // padded above and below
    { width: 7, height: 33 }, // padded left and right
    { width: 1000, height: 2 }, // one row of cells, thinner than a cell
    { width: 2, height: 2 },
  ]
  const random = createRandom(7)
  const small = Float32Array.from({ length: 40 * dims }, () => random.normal())
  const variants: readonly [string, Partial<AnomalydinoSettings>][] = [
    ['as it comes', {}],
    ['more neighbours than the bank has rows, a third of the patches', { neighbours: 64, top: 1 / 3 }],
    ['raw lengths, no blur, all patches', { unitLength: false, sigma: 0, top: 1 }],
    ['strides that do not divide', { stride: 11 }],
  ]
  it.each(variants)('equals the plain loops: %s', async (_, change) => {
    const model = { settings: { ...settings, ...change }, dims, bank: unitRows(small, dims) }
    const stages = settings.stages.map((stage, i) => ({ stage, channels: 3 + 2 * i, stride: 8 * (i + 1) }))
    const features = sources.map((source, i) => randomFeatures(fitFrame(source, size, 'pad'), i, stages))
    const found = await scoreByGraph(anomalydinoGraph(model), features)
    for (const [i, each] of features.entries()) {
      const expected = naive(each, model)
      expect(Math.abs(found[i]!.score - expected.score)).toBeLessThan(1e-6)
      const worst = expected.map.data.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - found[i]!.map.data[at]!)),
        0,
      )
      expect(worst).toBeLessThan(1e-6)
    }
  })

  it('searches a bank in blocks as it does at once', async () => {
    const bank = unitRows(
      Float32Array.from({ length: 150_000 * dims }, () => random.normal()),
      dims,
    )
    const frame = fitFrame(size, size, 'pad')
    const features = randomFeatures(frame, 3, [
      { stage: 'fine', channels: 3, stride: 8 },
      { stage: 'coarse', channels: 5, stride: 16 },
    ])
    const model = { settings, dims, bank }
    const [found] = await scoreByGraph(anomalydinoGraph(model), [features])
    expect(found!.score).toBeCloseTo(naive(features, model).score, 6)
  })
})
