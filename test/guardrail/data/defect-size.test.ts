import { expect, it } from 'vitest'
import { defectSize } from '../../../src/guardrail/data/defect-size.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, findingsOf, isAnomalous, picturesOf } from './context.ts'

/** Largest region of each of 20 defects, in pixels of the input; feature cells are of 8 x 8 = 64. */
const answer = (area: (i: number) => number | null) =>
  defectSize.run(
    contextOf(
      picturesOf(20, (i) => {
        const regions = area(i)
        return {
          sample: isAnomalous,
          defect:
            regions === null ? null : { pixels: 100, regions: regions === 0 ? [] : [regions, 1], cut: 0 },
        }
      }),
    ),
    quietTask,
  )

it('passes defects of a cell and more', async () => {
  expect(findingsOf(await answer(() => 64))).toEqual([])
})

it('counts those smaller than a cell, and those of which nothing is left', async () => {
  const [finding] = findingsOf(await answer((i) => (i < 4 ? 63 : i === 4 ? 0 : 100)))
  expect(finding).toMatchObject({ severity: 'warning', evidence: { small: 5, gone: 1, of: 20, share: 0.25 } })
  const [low, high] = finding!.evidence.ci as [number, number]
  expect(low).toBeLessThan(0.25)
  expect(high).toBeGreaterThan(0.25)
})

it('proposes a size at which most would be seen', async () => {
  const [finding] = findingsOf(await answer(() => 16))
  expect(finding).toMatchObject({ severity: 'warning' })
  expect(finding!.remedy).toContain('2 times the --size')
})

it('says what is missing', async () => {
  expect(await answer(() => null)).toMatchObject({
    kind: 'skipped',
    reason: expect.stringContaining('ground_truth'),
  })
  expect(await defectSize.run(contextOf(picturesOf(3)), quietTask)).toMatchObject({
    kind: 'skipped',
    reason: 'there are no anomalous images',
  })
})
