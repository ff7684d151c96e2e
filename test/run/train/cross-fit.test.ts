/** A threshold is chosen on scores of models that have not seen the image, nor any other image of its part. */
import { describe, expect, it } from 'vitest'
import type { Sample } from '../../../src/dataset/sample.ts'
import { groupUnits, type UnitKind } from '../../../src/evaluate/units.ts'
import { crossFit } from '../../../src/run/train/cross-fit.ts'
import { sharesHere } from '../../../src/run/train/fit-share.ts'
import { quietTask } from '../../../src/task.ts'
import { partSamples, samples } from '../../evaluate/samples.ts'
import { fakeMethod } from '../../helpers/fake-method.ts'
import { fakeVision } from '../../helpers/fake-vision.ts'

const unseen = 1
const seen = -1
const machine = { device: 'cpu', threads: 1 }
const noScratch = { read: async () => undefined, write: async () => {} }

const here = (method: unknown, seed: number) =>
  sharesHere(
    {
      configured: { method, options: {} } as never,
      ...{ vision: fakeVision(), machine, seed, scratchOf: () => noScratch },
    },
    quietTask,
  )

async function crossFitOf(of: readonly Sample[], unit: UnitKind, seed = 0) {
  const units = groupUnits(of, unit)
  const scored: string[] = []
  const method = fakeMethod((path, learnt) => {
    scored.push(path)
    return learnt.has(path) ? seen : unseen
  })
  const result = await crossFit(units, seed, here(method, seed), quietTask)
  return { result: result!, method, scored }
}

describe('crossFit', () => {
  it('scores every image once, by a model that has not learnt it', async () => {
    const all = samples(23, 9)
    const { result, scored } = await crossFitOf(all, 'image')
    expect(result.scored.map(({ score }) => score)).toEqual(Array.from({ length: 32 }, () => unseen))
    expect(scored.sort()).toEqual(all.map(({ path }) => path).sort())
    expect(result.scored.filter(({ sample }) => sample.label === 'anomalous')).toHaveLength(9)
    expect(result.nominalPeaks).toEqual(Array.from({ length: 23 }, () => unseen))
  })

  it('holds back whole parts: no model has learnt another image of a part it scores', async () => {
    const all = partSamples([...Array.from({ length: 7 }, () => [3, 1] as const), [0, 4], [0, 4]])
    const partOf = new Map(all.map(({ path, part }) => [path, part]))
    const method = fakeMethod((path, learnt) =>
      [...learnt].some((other) => partOf.get(other) === partOf.get(path)) ? seen : unseen,
    )
    const units = groupUnits(all, 'part')
    const result = await crossFit(units, 3, here(method, 3), quietTask)
    expect(result!.scored.map(({ score }) => score)).toEqual(all.map(() => unseen))
    const nominal = all.filter(({ label }) => label === 'nominal').map(({ path }) => path)
    expect(nominal).toEqual(expect.arrayContaining(method.fits.flat()))
  })

  it('learns from nominal images only, each in all models but one', async () => {
    const all = samples(23, 9)
    const { method, result } = await crossFitOf(all, 'image')
    expect(result.shares).toBe(5)
    expect(method.fits).toHaveLength(5)
    const learnt = method.fits.flat()
    for (const { path, label } of all) {
      expect(learnt.filter((each) => each === path)).toHaveLength(label === 'nominal' ? 4 : 0)
    }
  })

  it('holds each unit back alone where there are ten at most, and does nothing with one', async () => {
    const { method, result } = await crossFitOf(samples(3, 2), 'image')
    expect(result.shares).toBe(3)
    expect(method.fits.map(({ length }) => length)).toEqual([2, 2, 2])
    expect((await crossFitOf(samples(10, 0), 'image')).result).toMatchObject({
      shares: 10,
      isLeaveOneOut: true,
    })
    expect((await crossFitOf(samples(11, 0), 'image')).result).toMatchObject({
      shares: 5,
      isLeaveOneOut: false,
    })
    expect((await crossFitOf(samples(1, 2), 'image')).result).toBeNull()
  })

  it('divides anomalous images over the models evenly', async () => {
    const all = samples(11, 10)
    const models: string[][] = []
    const method = fakeMethod((path, learnt) => {
      const key = [...learnt].sort().join()
      if (path.includes('/a')) models.push([key, path])
      return 0
    })
    await crossFit(groupUnits(all, 'image'), 0, here(method, 0), quietTask)
    const counts = new Map<string, number>()
    for (const [key] of models) counts.set(key!, (counts.get(key!) ?? 0) + 1)
    expect([...counts.values()]).toEqual([2, 2, 2, 2, 2])
  })
})
