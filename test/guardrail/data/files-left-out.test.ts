import { expect, it } from 'vitest'
import type { LeftOut } from '../../../src/dataset/sample.ts'
import { filesLeftOut } from '../../../src/guardrail/data/files-left-out.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, findingsOf, picturesOf } from './context.ts'

const group = (severity: LeftOut['severity'], reason: string, count: number): LeftOut => ({
  reason,
  severity,
  count,
  share: count / 10,
  examples: [`${reason}/0.png`],
})
const ask = async (...leftOut: readonly LeftOut[]) =>
  findingsOf(
    await filesLeftOut.run(
      contextOf(picturesOf(3), { dataset: { layout: 'folders', issues: [], leftOut } }),
      quietTask,
    ),
  )

it('has nothing to say where nothing was left out', async () => {
  expect(await ask()).toEqual([])
})

it('says each group that may be meant, as grave as it is, and all notes in one', async () => {
  const found = await ask(
    group('info', 'bins', 1),
    group('error', 'lost', 10),
    group('warning', 'unsorted', 2),
    group('info', 'runs', 2),
  )
  expect(found.map(({ severity, title }) => [severity, title])).toEqual([
    ['error', 'Left out: lost: 10 (all); the first: lost/0.png.'],
    ['warning', 'Left out: unsorted: 2 (20 %); the first: unsorted/0.png.'],
    ['info', '3 files or folders were left out: bins; runs.'],
  ])
})
