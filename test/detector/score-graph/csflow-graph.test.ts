/** CS-Flow as a graph against its flow run by itself and plain loops around it, wherever pictures lie. */
import { describe, expect, it } from 'vitest'
import type { ImageFeatures } from '../../../src/backbone/backbone.ts'
import { asPyramid } from '../../../src/detector/csflow/coupling.ts'
import { flowForward, latentEnergies } from '../../../src/detector/csflow/flow.ts'
import type { FlowModel, FlowSettings } from '../../../src/detector/csflow/flow-file.ts'
import { type FlowShape, scales } from '../../../src/detector/csflow/flow-shape.ts'
import { initialParameters } from '../../../src/detector/csflow/initial-parameters.ts'
import { pyramidViews } from '../../../src/detector/csflow/pyramid-features.ts'
import { csflowGraph } from '../../../src/detector/csflow/score-graph.ts'
import { smoothMap } from '../../../src/detector/patches/smoothing.ts'
import { sizeOfView } from '../../../src/detector/score-graph/views.ts'
import { ModelError } from '../../../src/errors.ts'
import { compute, tensor } from '../../../src/graph/index.ts'
import { fitFrame } from '../../../src/image/frame.ts'
import type { Size } from '../../../src/image/image.ts'
import { subsample } from '../../../src/image/subsample.ts'
import { createRandom } from '../../../src/math/random.ts'
import { contentEnergies, latentScore } from '../csflow/plain-score.ts'
import { randomFeatures, scoreByGraph } from './score-by-graph.ts'

const channels = 3
const stages = ['a', 'b']
const stride = 4

function modelOf(size: Size, change: Partial<FlowSettings>, isStandardised = true): FlowModel {
  const { magnify = 1 } = change
  const at = (divisor: number) =>
    [(size.height * magnify) / stride / divisor, (size.width * magnify) / stride / divisor] as const
  const shape: FlowShape = {
    channels: 2 * channels,
    hidden: 5,
    kernels: [3, 1],
    extents: [at(1), at(2), at(4)],
    clamp: 3,
  }
  const random = createRandom(3)
  const parameters = initialParameters(shape, random)
  for (const [name, { data }] of Object.entries(parameters)) {
    if (name.includes('gamma')) (data as Float32Array).fill(0.4)
  }
  const wide = 2 * channels
  return {
    settings: {
      shape,
      stages,
      magnify,
      scaling: 'smooth',
      unitLength: true,
      peakShare: 1,
      sigma: 4,
      ...change,
    },
    parameters,
    layers: isStandardised
      ? scales.map((scale) => ({
          mean: Float32Array.from({ length: wide }, (_, i) => 0.1 * (i - scale)),
          matrix: Float32Array.from({ length: wide * wide }, (_, i) =>
            i % (wide + 1) === 0 ? 1.5 : 0.1 * random.normal(),
          ),
        }))
      : null,
  }
}

/** Joined, each stage's cells at length 1 where asked for. */
function joined({ maps }: ImageFeatures, unitLength: boolean): Float32Array {
  const parts = maps.map(({ data, channels: depth }) => {
    if (!unitLength) return data
    const cells = data.length / depth
    const lengths = Array.from({ length: cells }, (_, cell) =>
      Math.hypot(...Array.from({ length: depth }, (_unused, channel) => data[channel * cells + cell]!)),
    )
    return data.map((value, i) => (lengths[i % cells]! > 0 ? value / lengths[i % cells]! : 0))
  })
  return Float32Array.from(parts.flatMap((part) => [...part]))
}

/** The slow twin. */
async function naive(
  seen: readonly ImageFeatures[],
  { settings, parameters, layers }: FlowModel,
  frame: ImageFeatures['frame'],
) {
  const { shape, unitLength, peakShare, sigma } = settings
  const fed = Object.fromEntries(
    seen.map((features, scale) => [
      `x${scale}`,
      tensor(joined(features, unitLength), [shape.channels, 1, ...shape.extents[scale]!]),
    ]),
  )
  const held = Object.fromEntries(Object.entries(parameters).map(([name, data]) => [`p/${name}`, data]))
  const found = await compute(
    'twin',
    { ...fed, ...held },
    (values) => {
      const own = Object.fromEntries(Object.keys(parameters).map((name) => [name, values[`p/${name}`]!]))
      const flow = { shape, parameters: own, layers, isPlain: true }
      const { z } = flowForward(flow, asPyramid(scales.map((scale) => values[`x${scale}`]!)))
      return Object.fromEntries(latentEnergies(flow, z).map((energy, scale) => [`energy${scale}`, energy]))
    },
    { threads: 1 },
  )
  const cells = seen.map((features, scale) =>
    contentEnergies(found[`energy${scale}`]!.data, shape.extents[scale]!, features.frame),
  )
  const [rows, cols] = shape.extents[0]
  return {
    score: latentScore(
      cells.map((each) => each.cells),
      peakShare,
    ),
    map: smoothMap(cells[0]!.cells, cells[0]!.range, { rows, cols }, frame, sigma),
  }
}

/** Frames of the views, as a vision gives them. */
function framesOf(source: Size, size: Size, settings: FlowSettings): readonly ImageFeatures['frame'][] {
  return pyramidViews(settings).map((view) => {
    const own = sizeOfView(size, view)
    if (settings.scaling === 'smooth') return fitFrame(source, own, 'pad')
    const whole = sizeOfView(size, { ...view, shrink: 1 })
    const blank = { ...whole, data: new Uint8Array(3 * whole.width * whole.height) }
    return subsample({ ...blank, frame: fitFrame(source, whole, 'pad') }, view.shrink).frame
  })
}

describe('CS-Flow as a graph', () => {
  const size = { width: 64, height: 32 }
  const sources = [
    { width: 64, height: 32 },
    { width: 90, height: 20 }, // padded above and below
    { width: 11, height: 33 }, // padded left and right
    { width: 1000, height: 2 },
    { width: 2, height: 2 },
  ]
  const variants: readonly [string, Partial<FlowSettings>, boolean][] = [
    ['as preset small has it', {}, true],
    ['as preset paper has it', { scaling: 'subsampled', unitLength: false, sigma: 0 }, false],
    ['seen twice as large, a fifth of the cells', { magnify: 2, peakShare: 0.2 }, true],
    [
      'seen half as large, subsampled, one cell of each scale',
      { magnify: 0.5, scaling: 'subsampled', peakShare: 0.001 },
      true,
    ],
  ]
  it.each(variants)('equals the plain loops: %s', async (_, change, isStandardised) => {
    const model = modelOf(size, change, isStandardised)
    const own = stages.map((stage) => ({ stage, channels, stride }))
    const features = sources.map((source, i) =>
      framesOf(source, size, model.settings).map((frame, scale) =>
        randomFeatures(frame, 10 * i + scale, own),
      ),
    )
    const found = await scoreByGraph(csflowGraph(model), features, size)
    expect(found).toHaveLength(sources.length)
    for (const [i, seen] of features.entries()) {
      const expected = await naive(seen, model, fitFrame(sources[i]!, size, 'pad'))
      expect(Math.abs(found[i]!.score - expected.score) / expected.score).toBeLessThan(1e-5)
      const most = Math.max(...expected.map.data)
      const worst = expected.map.data.reduce(
        (largest, value, at) => Math.max(largest, Math.abs(value - found[i]!.map.data[at]!)),
        0,
      )
      expect(worst / most).toBeLessThan(2e-5)
    }
  })

  it('refuses features of other channels or extents, and says which', () => {
    const graph = csflowGraph(modelOf(size, {}))
    const shapes = (rows: number) =>
      [1, 2, 4].flatMap((divisor) =>
        stages.map((stage) => ({ stage, channels, rows: rows / divisor, cols: 16 / divisor })),
      )
    expect(() => graph.check(shapes(8), size)).not.toThrow()
    expect(() => graph.check(shapes(16), size)).toThrow(ModelError)
    expect(() => graph.check(shapes(16), size)).toThrow(
      'expected features of 6 channels at 8x16, 4x8, 2x4 cells, got 6 channels at 16x16, 8x8, 4x4 cells',
    )
  })
})
