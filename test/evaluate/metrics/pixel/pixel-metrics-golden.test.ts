/** Pixel figures equal the reference: scikit-learn for AUROC and AP, AUPRO after the definition of MVTec AD. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createPixelMetrics } from '../../../../src/evaluate/metrics/pixel/pixel-metrics.ts'
import { connectedComponents } from '../../../../src/math/connected-components.ts'
import { describeWith, goldenDir } from '../../../golden-dir.ts'
import { readSafetensors, values } from '../../../safetensors.ts'
import { areaUpTo, wholeCurve } from './whole-curve.ts'

const atol = 1e-9
const expectClose = (got: readonly number[], want: Float64Array): void => {
  expect(got.length).toBe(want.length)
  for (const [i, value] of want.entries()) expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(atol)
}

describeWith(goldenDir, 'pixel figures of the reference maps', () => {
  const golden = readSafetensors(join(goldenDir, 'metrics_pixel.safetensors'))
  const [width, height, pixels] = [64, 64, 64 * 64]
  const maps = values(golden, 'maps')
  const masks = Uint8Array.from(values(golden, 'masks'))
  const levels = values(golden, 'levels').map((level) => level / 64)
  const images = (set: string) =>
    Array.from({ length: 6 }, (_, i) => ({
      scores: Float32Array.from((set === 'full' ? maps : levels).subarray(i * pixels, (i + 1) * pixels)),
      mask: masks.subarray(i * pixels, (i + 1) * pixels),
      width,
      height,
    }))

  it.each(['full', 'levels'])('%s', (set) => {
    const metrics = createPixelMetrics()
    for (const { scores, mask } of images(set)) metrics.add(scores, mask, { width, height })
    const { auroc, averagePrecision, aupro } = metrics.figures()
    expectClose([auroc!], values(golden, `${set}.pixel_auroc`))
    expectClose([averagePrecision!], values(golden, `${set}.pixel_ap`))
    const limits = [...values(golden, `${set}.aupro_limit`)]
    expectClose(
      limits.map((limit) => metrics.aupro(limit)!),
      values(golden, `${set}.aupro`),
    )
    expect(aupro).toBe(metrics.aupro(0.3))
  })

  it('has the regions of the reference', () => {
    const found = images('full').flatMap(({ mask }, image) =>
      [...connectedComponents(mask, width, height, 8).areas].map((area) => ({ image, area })),
    )
    expect(found.map(({ image }) => image)).toEqual([...values(golden, 'region.image')])
    expect(found.map(({ area }) => area)).toEqual([...values(golden, 'region.area')])
  })

  it('and so does the slow twin that the other tests trust: its whole curve', () => {
    const { points } = wholeCurve(images('levels'))
    expectClose(
      points.map(({ fpr }) => fpr),
      values(golden, 'levels.curve.fpr'),
    )
    expectClose(
      points.map(({ overlap }) => overlap),
      values(golden, 'levels.curve.pro'),
    )
    const curve = points.map(({ fpr, overlap }) => ({ x: fpr, y: overlap }))
    expectClose(
      [areaUpTo(curve, 0.3)],
      values(golden, 'levels.aupro').slice(limitIndex(0.3), limitIndex(0.3) + 1),
    )
  })

  const limitIndex = (limit: number): number =>
    values(golden, 'levels.aupro_limit').findIndex((each) => Math.abs(each - limit) < 1e-12)
})
