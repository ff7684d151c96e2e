import { expect, it } from 'vitest'
import { filesUnreadable } from '../../../src/guardrail/data/files-unreadable.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, findingsOf, picturesOf } from './context.ts'

const ask = async (...context: Parameters<typeof contextOf>) =>
  findingsOf(await filesUnreadable.run(contextOf(...context), quietTask))

it('has nothing to say of files that are what they claim', async () => {
  expect(await ask(picturesOf(3))).toEqual([])
})

it('counts the files that cannot be decoded, by label, and names the first', async () => {
  const pictures = picturesOf(3)
  const faults = [
    { path: '/data/a.png', kind: 'image', reason: 'is empty', label: 'nominal' },
    { path: '/data/b.png', kind: 'image', reason: 'is truncated', label: 'anomalous' },
    { path: '/data/m.png', kind: 'mask', reason: 'is empty', label: 'anomalous' },
  ] as const
  const [lost, masks] = await ask(pictures, { scan: { pictures, faults } })
  expect(lost).toMatchObject({ severity: 'error', evidence: { count: 2, nominal: 1, anomalous: 1 } })
  expect(lost!.title).toContain('/data/a.png: is empty')
  expect(masks).toMatchObject({ severity: 'warning', evidence: { count: 1 } })
})

it('notices a file of another type than its name says', async () => {
  const [misnamed] = await ask(picturesOf(2, (i) => (i === 1 ? { format: 'JPEG' } : {})))
  expect(misnamed!.title).toBe(
    '1 file is of another type than the name says; the first: /data/images/1.png is a JPEG.',
  )
})

it('passes on what is odd about the folder, but not twice', async () => {
  const dataset = {
    layout: 'folders',
    leftOut: [],
    issues: [
      { kind: 'missing-mask', severity: 'warning', path: '/data/x', message: 'has no mask' },
      { kind: 'no-part', severity: 'warning', path: '/data/y', message: 'has no part' },
    ],
  } as const
  const [note, ...rest] = await ask(picturesOf(2), { dataset })
  expect(rest).toEqual([])
  expect(note).toMatchObject({ severity: 'info', evidence: { count: 1, kinds: { 'missing-mask': 1 } } })
})
