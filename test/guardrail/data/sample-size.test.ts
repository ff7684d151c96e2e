import { expect, it } from 'vitest'
import { sampleSize } from '../../../src/guardrail/data/sample-size.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, findingsOf, isAnomalous, picturesOf } from './context.ts'

const answer = (nominal: number, anomalous: number, escapeClaim: number | null = 0.1) =>
  sampleSize.run(
    contextOf(
      picturesOf(nominal + anomalous, (i) => ({ sample: i < nominal ? {} : isAnomalous })),
      { escapeClaim },
    ),
    quietTask,
  )

it('passes where none of 29 escaping shows a rate of 10 %, and no sooner', async () => {
  expect(findingsOf(await answer(100, 58))).toEqual([])
  const [finding] = findingsOf(await answer(100, 57))
  expect(finding).toMatchObject({ severity: 'warning', evidence: { judgedPerFold: 28, needed: 58 } })
  expect(findingsOf(await answer(100, 57, 0.2))).toEqual([])
})

it('counts units, not images', async () => {
  const pictures = picturesOf(200, (i) => ({
    sample: { part: `part-${i % 30}`, label: i % 30 < 15 ? 'nominal' : 'anomalous' },
  }))
  const [finding] = findingsOf(await sampleSize.run(contextOf(pictures), quietTask))
  expect(finding).toMatchObject({ severity: 'error', evidence: { nominal: 15, anomalous: 15 } })
})

it('says what is missing', async () => {
  expect(await answer(100, 0)).toMatchObject({
    kind: 'skipped',
    reason: expect.stringContaining('no anomalous images'),
  })
  expect(await answer(100, 58, null)).toMatchObject({
    kind: 'skipped',
    reason: expect.stringContaining('--escape-claim'),
  })
})
