/** Masks, distances, scores and maps equal AnomalyDINO's. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openCosineSearch, unitRows } from '../../../src/detector/anomalydino/cosine-search.ts'
import { firstProjection, foregroundOf } from '../../../src/detector/anomalydino/foreground.ts'
import { maskDistances } from '../../../src/detector/anomalydino/masked-scorer.ts'
import { anomalydinoGraph } from '../../../src/detector/anomalydino/score-graph.ts'
import { meanOfLargest } from '../../../src/detector/patches/mean-of-largest.ts'
import { smoothMap } from '../../../src/detector/patches/smoothing.ts'
import { describeWith, laterGoldenDir } from '../../golden-dir.ts'
import { readSafetensors, values } from '../../safetensors.ts'
import { patchFeatures, scoreByGraph } from '../score-graph/score-by-graph.ts'

const machine = { device: 'cpu', threads: 2 }
const threshold = 10

describeWith(laterGoldenDir, 'AnomalyDINO', () => {
  const golden = readSafetensors(join(laterGoldenDir, 'anomalydino.safetensors'))
  const [images = 0, patches = 0, dims = 0] = golden.get('test')!.shape
  const [, height = 0, width = 0] = golden.get('map.k1')!.shape
  // 20 x 11 patches of 3 x 3 pixels
  const grid = { rows: height / 3, cols: width / 3 }
  const of = (name: string, image: number) => {
    const all = values(golden, name)
    return all.subarray((image * all.length) / images, ((image + 1) * all.length) / images)
  }
  const features = (image: number) => Float32Array.from(of('test', image))
  const worst = (got: ArrayLike<number>, wanted: Float64Array): number => {
    expect(got.length).toBe(wanted.length)
    return wanted.reduce((most, want, i) => Math.max(most, Math.abs(got[i]! - want)), 0)
  }

  it.each([0, 1, 2, 3])('tells object from background as it does in image %d', (image) => {
    const projection = firstProjection(features(image), dims)
    expect(worst(projection, of('first_pc', image))).toBeLessThan(1e-6)
    for (const [name, morphology] of [
      ['mask', 'raster'],
      ['mask.grid2d', 'grid'],
    ] as const) {
      expect([...foregroundOf(projection, grid, threshold, morphology)], name).toEqual([...of(name, image)])
    }
  })

  it.each([
    ['k1', 1, 'paper'],
    ['k3', 3, 'paper'],
    ['nomask', 1, 'off'],
  ] as const)('measures and scores as it does: %s', async (run, neighbours, mask) => {
    const bank = unitRows(Float32Array.from(values(golden, 'ref')), dims)
    const search = await openCosineSearch(bank, dims, neighbours, machine)
    for (let image = 0; image < images; image++) {
      const data = features(image)
      const range = { row: 0, col: 0, ...grid }
      const settings = { mask, maskThreshold: threshold }
      const distances = maskDistances(await search.distances(data), { data, dims, range }, settings)
      expect(worst(distances, of(`distances.${run}`, image)), `distances of ${image}`).toBeLessThan(1e-6)
      const score = meanOfLargest(distances, Math.max(1, Math.floor(0.01 * patches)))
      expect(Math.abs(score - of(`score.${run}`, image)[0]!), `score of ${image}`).toBeLessThan(1e-6)
      if (!golden.has(`map.${run}`)) continue
      const content = { x: 0, y: 0, width, height }
      const frame = { source: { width, height }, size: { width, height }, visible: content, content }
      const map = smoothMap(distances, range, grid, frame, 4, 'reflect')
      expect(worst(map.data, of(`map.${run}`, image)), `map of ${image}`).toBeLessThan(1e-6)
    }
    await search.close()
  })

  it('scores by the graph as it does without the mask', async () => {
    const bank = unitRows(Float32Array.from(values(golden, 'ref')), dims)
    const embedding = { stages: ['only'], stride: 3, unitLength: false, neighbourhood: 1 }
    const own = { neighbours: 1, top: 0.01, mask: 'off', maskThreshold: threshold, sigma: 4 } as const
    const graph = anomalydinoGraph({ settings: { ...embedding, ...own }, dims, bank })
    const pictures = Array.from({ length: images }, (_, image) =>
      patchFeatures(features(image), { ...grid, dims }, { width, height }),
    )
    for (const [image, { score }] of (await scoreByGraph(graph, pictures)).entries()) {
      expect(Math.abs(score - of('score.nomask', image)[0]!), `score of ${image}`).toBeLessThan(1e-6)
    }
  })
})
