import { expect, it } from 'vitest'
import { selectionByScore } from '../../../src/guardrail/data/selection-by-score.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, findingsOf, picturesOf } from './context.ts'

/** @param selections - Of each image, undefined without the column. */
const ask = (...selections: readonly (string | undefined)[]) =>
  selectionByScore.run(
    contextOf(
      picturesOf(selections.length, (i) => ({
        sample: { attributes: selections[i] === undefined ? {} : { selection: selections[i] } },
      })),
    ),
    quietTask,
  )

it('is not asked without the column', async () => {
  expect(await ask(undefined, undefined)).toMatchObject({ kind: 'skipped' })
})

it('has nothing to say of images that were drawn at random, or all taken', async () => {
  expect(findingsOf(await ask('random', 'all', undefined))).toEqual([])
})

it.each(['by-score', 'By Score', 'by_score'])('calls one image chosen %s an error', async (word) => {
  const [found] = findingsOf(await ask('random', word, 'random', undefined))
  expect(found).toMatchObject({ severity: 'error', evidence: { count: 1, share: 0.25 } })
  expect(found!.remedy).toContain('--where "selection != by-score"')
})
