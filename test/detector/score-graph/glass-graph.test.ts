/** GLASS as a graph against GLASS step by step: both ways of embedding, both scales, wherever pictures lie. */
import { describe, expect, it } from 'vitest'
import type { ImageFeatures } from '../../../src/backbone/backbone.ts'
import type { Vision } from '../../../src/backbone/vision.ts'
import type { GlassModel, GlassSettings } from '../../../src/detector/glass/glass-file.ts'
import { openJudge } from '../../../src/detector/glass/judge.ts'
import { initialNetworks } from '../../../src/detector/glass/networks.ts'
import { embed, inContent } from '../../../src/detector/glass/patch-embedding.ts'
import { openGlass } from '../../../src/detector/glass/score-images.ts'
import { standardiseInPlace } from '../../../src/detector/glass/standardise.ts'
import { meanOfLargest } from '../../../src/detector/patches/mean-of-largest.ts'
import { smoothMap } from '../../../src/detector/patches/smoothing.ts'
import { tensor } from '../../../src/graph/index.ts'
import { fitFrame } from '../../../src/image/frame.ts'
import { decodeFloat16, encodeFloat16 } from '../../../src/math/float16.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'

const size = { width: 64, height: 48 }
const machine = { device: 'cpu', threads: 1 }

function randomFeatures(source: { width: number; height: number }, seed: number): ImageFeatures {
  const random = createRandom(seed)
  const maps = ['fine', 'coarse'].map((stage, i) => {
    const [channels, rows, cols] = i === 0 ? [4, 6, 8] : [6, 3, 4]
    const data = Float32Array.from({ length: channels * rows * cols }, () => random.normal() + 1)
    return { stage, channels, rows, cols, data: decodeFloat16(encodeFloat16(data)) }
  })
  return { maps, frame: fitFrame(source, size, 'pad') }
}

function modelOf(
  change: Pick<GlassSettings, 'embedding'> & Partial<GlassSettings>,
  adaptor: boolean,
): GlassModel {
  const dims = change.embedding.kind === 'pooled' ? change.embedding.dims : 10
  const random = createRandom(4)
  const shape = { dims, hidden: 7, layers: 2, adaptor }
  const values = (offset: number) =>
    tensor(
      Float32Array.from({ length: dims }, () => offset + 0.2 * random.normal()),
      [dims],
    )
  return {
    settings: {
      shape,
      stages: ['fine', 'coarse'],
      hypothesis: 'manifold',
      scale: 'surprisal',
      edge: 'renormalise',
      peaks: 3,
      sigma: 3,
      ...change,
    },
    networks: initialNetworks(shape, random),
    standard: { mean: values(1), factor: values(1) },
  }
}

async function stepByStep(features: ImageFeatures, { settings, networks, standard }: GlassModel) {
  const { shape, scale, embedding, peaks, sigma, edge } = settings
  const judge = await openJudge(networks, shape, scale, machine)
  const patches = inContent(embed(features, embedding))
  const scores = await judge.judge(standardiseInPlace(patches.data, standard))
  await judge.close()
  const map = smoothMap(scores, patches.range, patches.grid, patches.frame, sigma, edge)
  return { score: meanOfLargest(scores, peaks), map }
}

describe('GLASS as a graph', () => {
  const joined = { kind: 'joined', stride: 8, unitLength: true, neighbourhood: 3 } as const
  it.each<[string, GlassModel]>([
    ['joined patches', modelOf({ embedding: { ...joined, relative: false } }, false)],
    ['relative to their own picture', modelOf({ embedding: { ...joined, relative: true } }, true)],
    [
      'pooled as the reference does',
      modelOf(
        {
          embedding: { kind: 'pooled', stageDims: 8, dims: 5 },
          scale: 'probability',
          edge: 'reflect',
          peaks: 1,
        },
        true,
      ),
    ],
    ['pooled evenly', modelOf({ embedding: { kind: 'pooled', stageDims: 9, dims: 6 }, sigma: 0 }, false)],
  ])('equals what is done step by step: %s', async (_, model) => {
    const sources = [size, { width: 200, height: 40 }, { width: 3, height: 50 }]
    const features = sources.map(randomFeatures)
    const detector = await openGlass(model, machine)
    const vision = {
      async *features() {
        for (const value of features) yield { ok: true, path: 'image', value } as const
      },
    } as unknown as Vision
    let i = 0
    for await (const outcome of detector.score([], vision, quietTask)) {
      if (!outcome.ok) throw new Error(outcome.error)
      const expected = await stepByStep(features[i++]!, model)
      expect(Math.abs(outcome.value.score - expected.score)).toBeLessThan(1e-5)
      const { data } = outcome.value.map()
      const worst = expected.map.data.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - data[at]!)),
        0,
      )
      expect(worst).toBeLessThan(1e-5)
    }
    expect(i).toBe(3)
    await detector.close()
  })
})
