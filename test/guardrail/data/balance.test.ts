import { expect, it } from 'vitest'
import { balance } from '../../../src/guardrail/data/balance.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, findingsOf, picturesOf, type Told } from './context.ts'

const ask = async (count: number, tell: (i: number) => Told) =>
  findingsOf(await balance.run(contextOf(picturesOf(count, tell)), quietTask))
const defect = (name: string): Told => ({ sample: { label: 'anomalous', defect: name } })

it('passes kinds of ten and more', async () => {
  expect(await ask(20, (i) => defect(i < 10 ? 'dent' : 'scratch'))).toEqual([])
})

it('names the kinds that are rare', async () => {
  const [finding] = await ask(20, (i) => defect(i < 4 ? 'dent' : 'scratch'))
  expect(finding).toMatchObject({
    severity: 'warning',
    evidence: { groups: [{ value: 'dent', units: 4, images: 4 }] },
  })
})

it('notes thin groups of a column, but takes running numbers for no grouping', async () => {
  const column =
    (value: (i: number) => string) =>
    (i: number): Told => ({ sample: { attributes: { lot: value(i) } } })
  const [finding] = await ask(
    40,
    column((i) => (i < 3 ? 'A' : 'B')),
  )
  expect(finding).toMatchObject({
    severity: 'info',
    evidence: { groups: [{ column: 'lot', value: 'A', units: 3 }] },
  })
  const numbered = await balance.run(contextOf(picturesOf(40, column(String))), quietTask)
  expect(numbered).toMatchObject({ kind: 'skipped', reason: expect.stringContaining('no columns') })
})
