/** How strange an image is, is asked of a detector that has not seen its part. */
import { describe, expect, it } from 'vitest'
import { type OutlierShare, outlierScoresOf } from '../../../src/guardrail/data/outlier-scores.ts'
import { createRandom } from '../../../src/math/random.ts'
import { sharesHere } from '../../../src/run/train/fit-share.ts'
import { quietTask } from '../../../src/task.ts'
import { partSamples, samples } from '../../evaluate/samples.ts'
import { type FakeMethod, fakeMethod } from '../../helpers/fake-method.ts'
import { fakeVision } from '../../helpers/fake-vision.ts'

const machine = { device: 'cpu', threads: 1 }
const scoresBy = (method: FakeMethod, of: ReturnType<typeof samples>, unit: 'image' | 'part') => {
  const configured = { method, options: {} } as never
  const here = sharesHere({ configured, vision: fakeVision(), machine, seed: 0 }, quietTask)
  const askAll = (all: readonly OutlierShare[]) =>
    here.askAll(all.map((share) => ({ ...share, stream: [share.share], maps: null })))
  return outlierScoresOf(of, unit, createRandom(0), { askAll }, quietTask)
}

describe('outlierScoresOf', () => {
  it('holds back whole parts, and asks of every image once', async () => {
    const all = partSamples(Array.from({ length: 8 }, () => [3, 0] as const))
    const partOf = new Map(all.map(({ path, part }) => [path, part]))
    const method = fakeMethod((path, learnt) =>
      Number([...learnt].some((other) => partOf.get(other) === partOf.get(path))),
    )
    const scores = await scoresBy(method, all, 'part')
    expect([...scores.keys()].sort()).toEqual(all.map(({ id }) => id).sort())
    expect(new Set(scores.values())).toEqual(new Set([0]))
    expect(method.fits).toHaveLength(3)
  })

  it('learns from no more than it needs, and asks nothing of a single unit', async () => {
    const method = fakeMethod(() => 0)
    await scoresBy(method, samples(700, 0), 'image')
    expect(method.fits.map(({ length }) => length)).toEqual([400, 400, 400])
    expect((await scoresBy(method, samples(1, 0), 'image')).size).toBe(0)
  })
})
