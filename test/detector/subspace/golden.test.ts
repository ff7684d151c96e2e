/** Subspace, residuals, map and image score equal SubspaceAD's. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { smoothMap } from '../../../src/detector/patches/smoothing.ts'
import { enough, gatherPatches } from '../../../src/detector/subspace/principal-subspace.ts'
import { squaredResidual } from '../../../src/detector/subspace/residual.ts'
import { subspaceGraph } from '../../../src/detector/subspace/score-graph.ts'
import { compute, tensor } from '../../../src/graph/index.ts'
import { describeWith, laterGoldenDir } from '../../golden-dir.ts'
import { readSafetensors, values } from '../../safetensors.ts'
import { patchFeatures, scoreByGraph } from '../score-graph/score-by-graph.ts'
import { imageScore } from './plain-score.ts'

interface Golden {
  readonly cases: readonly {
    readonly file: string
    readonly hyperparameters: { readonly explained_variance: number; readonly pca_dim_alternative: number }
  }[]
}

const machine = { device: 'cpu', threads: 2 }

describeWith(laterGoldenDir, 'SubspaceAD', () => {
  const { cases } = JSON.parse(readFileSync(join(laterGoldenDir, 'golden.json'), 'utf8')) as Golden

  it.each(['subspace_ad.safetensors', 'subspace_ad_uneven.safetensors'])(
    'is equalled on %s',
    async (file) => {
      const golden = readSafetensors(join(laterGoldenDir, file))
      const { explained_variance: explained, pca_dim_alternative: few } = cases.find(
        (each) => each.file === file,
      )!.hyperparameters
      const of = (name: string) => values(golden, name)
      const [, patches = 0, dims = 0] = golden.get('train')!.shape
      const gatherer = await gatherPatches(dims, machine)
      const train = Float32Array.from(of('train'))
      for (let start = 0; start < train.length; start += patches * dims) {
        await gatherer.add(train.subarray(start, start + patches * dims))
      }
      const found = await gatherer.subspace({ explained })
      const other = await gatherer.subspace({ components: few })
      await gatherer.close()

      const within = (what: string, got: ArrayLike<number>, name: string, atol: number, rtol = 0) => {
        const wanted = of(name)
        expect(got.length, what).toBe(wanted.length)
        for (const [i, want] of wanted.entries()) {
          expect(Math.abs(got[i]! - want), `${what}[${i}]`).toBeLessThanOrEqual(atol + rtol * Math.abs(want))
        }
      }
      within('mean', found.mean, 'mean', 1e-10, 1e-9)
      within('variances', found.variances, 'explained_variance', 1e-10, 1e-9)
      const kept = found.components.length / dims
      expect(kept).toBe(of('k')[0])
      for (const [i, share] of of('ev_list').entries()) {
        expect(enough(found.variances, share), `components for ${share}`).toBe(of('k_for_ev_list')[i])
      }
      const projector = new Float64Array(dims * dims)
      for (let k = 0; k < kept; k++) {
        for (let a = 0; a < dims; a++) {
          for (let b = 0; b < dims; b++) {
            projector[a * dims + b]! += found.components[k * dims + a]! * found.components[k * dims + b]!
          }
        }
      }
      within('projector', projector, 'projector', 1e-10)

      const test = Float32Array.from(of('test'))
      const scores = async ({ mean, components }: typeof found) => {
        const { squared } = await compute(
          'residual',
          { patches: tensor(test, [1, test.length / dims, dims]) },
          ({ patches }) => ({
            squared: squaredResidual(patches, Float32Array.from(mean), Float32Array.from(components)),
          }),
          machine,
        )
        return squared.data
      }
      const squared = await scores(found)
      within('scores', squared, 'scores32.reconstruction', 5e-6, 2e-5)
      within('scores of fewer components', await scores(other), `scores.pca_dim${few}`, 5e-6, 2e-5)

      const [, height = 0, width = 0] = golden.get('map')!.shape
      const [, rows = 0, cols = 0] = golden.get('saliency')!.shape
      const content = { x: 0, y: 0, width, height }
      const frame = { source: { width, height }, size: { width, height }, visible: content, content }
      const range = { row: 0, col: 0, rows, cols }
      const maps = [0, 1].map((i) =>
        smoothMap(
          squared.slice(i * rows * cols, (i + 1) * rows * cols),
          range,
          range,
          frame,
          4,
          'reflect-101',
          1,
        ),
      )
      within('maps', Float32Array.from(maps.flatMap(({ data }) => [...data])), 'map', 2e-5, 2e-5)
      within(
        'image scores',
        maps.map((map) => imageScore(map, content, 0.01)),
        'image_score.mtop1p',
        1e-5,
        1e-5,
      )

      const stride = height / rows
      if (stride * cols !== width || !Number.isInteger(stride)) return // a grid that no stride gives
      const embedding = { stages: ['only'], stride, unitLength: false, neighbourhood: 1 }
      const graph = subspaceGraph({
        settings: { ...embedding, join: 'concat', top: 0.01, sigma: 4, reach: 1 },
        mean: Float32Array.from(found.mean),
        components: Float32Array.from(found.components),
      })
      const each = rows * cols * dims
      const pictures = [0, 1].map((i) =>
        patchFeatures(test.subarray(i * each, (i + 1) * each), { rows, cols, dims }, { width, height }),
      )
      const judged = await scoreByGraph(graph, pictures)
      within(
        'maps by graph',
        Float32Array.from(judged.flatMap(({ map }) => [...map.data])),
        'map',
        2e-5,
        2e-5,
      )
      within(
        'scores by graph',
        judged.map(({ score }) => score),
        'image_score.mtop1p',
        1e-5,
        1e-5,
      )
    },
  )
})
