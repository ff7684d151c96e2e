import { expect, it } from 'vitest'
import { contamination } from '../../../src/guardrail/data/contamination.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, findingsOf, isAnomalous, picturesOf } from './context.ts'

/** Lognormal scores, but for those that are told. */
const answer = (scoreOf: (i: number) => number | undefined, count = 200) => {
  const random = createRandom(3)
  const scores = Array.from({ length: count }, (_, i) => scoreOf(i) ?? Math.exp(0.1 * random.normal()))
  return contamination.run(
    contextOf(picturesOf(count), {
      outlierScores: async () => ({ pictures: scores.map((_, i) => i), scores }),
    }),
    quietTask,
  )
}

it('passes scores of one bulk', async () => {
  expect(findingsOf(await answer(() => undefined))).toEqual([])
  expect(findingsOf(await answer(() => 1))).toEqual([])
})

it('picks what is far off, strangest first, and shows it', async () => {
  const found = await answer((i) => (i < 3 ? 3 + i : undefined))
  const [finding] = findingsOf(found)
  expect(finding!.evidence).toMatchObject({
    images: 3,
    of: 200,
    suspects: [{ image: 'images/2.png' }, { image: 'images/1.png' }, { image: 'images/0.png' }],
  })
  expect(found).toMatchObject({ pictures: [{ id: 'contamination' }] })
})

it('says what is missing', async () => {
  const skipped = (reason: string) => ({ kind: 'skipped', reason: expect.stringContaining(reason) })
  expect(await contamination.run(contextOf(picturesOf(40)), quietTask)).toMatchObject(
    skipped('plumbline check'),
  )
  expect(await answer(() => 1, 8)).toMatchObject(skipped('8 nominal images'))
  const bad = contextOf(
    picturesOf(40, () => ({ sample: isAnomalous })),
    {
      outlierScores: async () => ({ pictures: [], scores: [] }),
    },
  )
  expect(await contamination.run(bad, quietTask)).toMatchObject(skipped('0 nominal images'))
})
