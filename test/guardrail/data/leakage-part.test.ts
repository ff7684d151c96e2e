import { expect, it } from 'vitest'
import { leakagePart } from '../../../src/guardrail/data/leakage-part.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, findingsOf, picturesOf } from './context.ts'

const answer = (...context: Parameters<typeof contextOf>) => leakagePart.run(contextOf(...context), quietTask)
/** Groups of two pictures each, then single ones. */
const pairsOf = (pairs: number, count: number) => async () => ({
  groups: [
    ...Array.from({ length: pairs }, (_, i) => [2 * i, 2 * i + 1]),
    ...Array.from({ length: count - 2 * pairs }, (_, i) => [2 * pairs + i]),
  ],
  pairs: [],
  chance: { centre: 0, spread: 0.1, leastDeviations: 4, least: 0.4 },
  undecided: 0,
})

it('finds given parts that the published split tears apart, and images without a part', async () => {
  const torn = picturesOf(6, (i) => ({
    sample: { part: i === 5 ? null : `part-${i >> 1}`, split: i === 1 ? 'test' : 'train' },
  }))
  const [first, second] = findingsOf(await answer(torn))
  expect(first).toMatchObject({ severity: 'error', evidence: { parts: 1, of: 3, examples: ['part-0'] } })
  expect(second).toMatchObject({ severity: 'warning', evidence: { images: 1, of: 6 } })
})

it('passes parts that stay on one side', async () => {
  const whole = picturesOf(6, (i) => ({
    sample: { part: `part-${i >> 1}`, split: i < 2 ? 'test' : 'train' },
  }))
  expect(findingsOf(await answer(whole))).toEqual([])
})

it('offers parts that nobody told', async () => {
  const pictures = picturesOf(40)
  const found = await answer(pictures, { groups: pairsOf(10, 40) })
  const [finding] = findingsOf(found)
  expect(finding).toMatchObject({
    severity: 'error',
    evidence: { images: 20, of: 40, parts: 30, sharedParts: 10 },
  })
  expect(finding!.remedy).toContain('--parts inferred')
  expect(found).toMatchObject({ pictures: [{ id: 'leakage.part' }] })
  expect(findingsOf(await answer(pictures, { groups: pairsOf(0, 40) }))).toEqual([])
})

it('says what would enable it', async () => {
  expect(await answer(picturesOf(1))).toMatchObject({
    kind: 'skipped',
    reason: expect.stringContaining('--part-pattern'),
  })
  expect(await answer(picturesOf(40))).toMatchObject({
    kind: 'skipped',
    reason: expect.stringContaining('plumbline check'),
  })
})
