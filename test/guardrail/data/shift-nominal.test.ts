import { expect, it } from 'vitest'
import { shiftNominal } from '../../../src/guardrail/data/shift-nominal.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, findingsOf, picturesOf, type Told } from './context.ts'

/** Embeddings of three numbers about `centre`. */
const answer = (tell: (i: number) => Told, centre: (i: number) => number, count = 60) => {
  const random = createRandom(1)
  const vectors = Array.from({ length: count }, (_, i) =>
    Float32Array.from({ length: 3 }, () => centre(i) + random.normal()),
  )
  return shiftNominal.run(contextOf(picturesOf(count, tell), { embeddings: async () => vectors }), quietTask)
}
const published = (i: number): Told => ({ sample: { split: i % 3 === 0 ? 'test' : 'train' } })

it('compares the published splits', async () => {
  expect(findingsOf(await answer(published, () => 0))).toEqual([])
  const [finding] = findingsOf(await answer(published, (i) => (i % 3 === 0 ? 1.5 : 0)))
  expect(finding!.evidence).toMatchObject({ comparison: 'published train and test' })
  expect(finding!.evidence.pValue).toBeLessThan(0.05)
})

/** Twelve parts, each photographed five times. */
const timed = (i: number): Told => ({
  takenAt: 1e12 + Math.floor(i / 12),
  sample: { part: `part-${i % 12}` },
})

it('compares every part with itself, early and late', async () => {
  expect(findingsOf(await answer(timed, (i) => i % 12))).toEqual([])
  const [finding] = findingsOf(await answer(timed, (i) => (i % 12) + Math.floor(i / 12)))
  expect(finding!.evidence).toMatchObject({ parts: 12 })
  expect(finding!.title).toContain('late and early')
})

it('says what is missing', async () => {
  const reasonOf = async (tell: (i: number) => Told) => {
    const found = await answer(tell, () => 0)
    return found.kind === 'skipped' ? found.reason : ''
  }
  expect(await reasonOf(() => ({}))).toContain('a published nominal test set')
  expect(await reasonOf((i) => ({ takenAt: i, sample: { part: `part-${Math.floor(i / 30)}` } }))).toContain(
    '0 parts',
  )
  expect(await shiftNominal.run(contextOf(picturesOf(4)), quietTask)).toMatchObject({ kind: 'skipped' })
})
