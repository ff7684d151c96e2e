/** One fold: what it learns from, what sets its colours, and when a record of it may be taken up again. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { planFolds, splitDefaults } from '../../../src/evaluate/split.ts'
import { groupUnits } from '../../../src/evaluate/units.ts'
import { sha256 } from '../../../src/files/hash.ts'
import { type FoldWork, workFold } from '../../../src/run/evaluate/work-fold.ts'
import { findFoldRecord, writeFoldRecord } from '../../../src/run/folder/fold-record.ts'
import { quietTask } from '../../../src/task.ts'
import { samples } from '../../evaluate/samples.ts'
import { fakeMethod } from '../../helpers/fake-method.ts'
import { fakeVision } from '../../helpers/fake-vision.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const all = samples(44, 22)
const [plan, next] = planFolds(groupUnits(all, 'image'), { ...splitDefaults, folds: 2 })
const roleOf = new Map(
  (['train', 'threshold', 'inference'] as const).flatMap((role) =>
    plan![role].map(({ path }) => [path, role] as const),
  ),
)

function open(run = temporaryFolder(), key = sha256('one')) {
  const size = { width: 8, height: 8 }
  const method = fakeMethod((path, learnt) =>
    learnt.has(path) ? -5 : roleOf.get(path) === 'inference' ? 1000 : path.includes('/a') ? 4 : 2,
  )
  const context: FoldWork = {
    out: run,
    configured: { method, options: {} } as never,
    vision: fakeVision(),
    masks: { find: () => null },
    request: { seed: 0, folds: 2 },
    machine: { device: 'cpu', threads: 1 },
    key,
    extras: new Map(),
    interest: null,
    card: {
      plumbline: '0.0.0',
      createdAt: '2026-01-01T00:00:00.000Z',
      detector: { id: 'fake', version: 1, options: {} },
      backbone: { id: 'fake', weights: 'sha256:fake' },
      input: { ...size, fit: 'pad' },
      preparation: null,
      fingerprint: 'none',
    },
  }
  return { run, method, context }
}

describe('workFold', () => {
  it('learns from the training images, and judges images it has not learnt', async () => {
    const { context, method } = open()
    const record = await workFold(plan!, context, null, quietTask)
    expect(method.fits).toEqual([plan!.train.map(({ path }) => path)])
    expect(record.threshold.map(([id]) => id)).toEqual(plan!.threshold.map(({ id }) => id))
    expect(record.inference.map(([id]) => id)).toEqual(plan!.inference.map(({ id }) => id))
    expect([...record.threshold, ...record.inference].every(([, score]) => score !== -5)).toBe(true)
  })

  it('takes the colour scale of the heat maps from threshold images alone', async () => {
    const { context } = open()
    const { range } = await workFold(plan!, context, null, quietTask)
    expect(range).toEqual({ low: 2, high: 4 }) // nominal 2, anomalous 4; inference images would give 1000
  })

  it('keeps the colour scale of the first fold in the others', async () => {
    const { context } = open()
    const given = { low: -7, high: 7 }
    expect((await workFold(next!, context, given, quietTask)).range).toEqual(given)
  })

  it('goes on from a record of the same key without fitting', async () => {
    const { context, run } = open()
    const record = await workFold(plan!, context, null, quietTask)
    const again = open(run)
    expect(await workFold(plan!, again.context, null, quietTask)).toEqual(record)
    expect(again.method.fits).toEqual([])
  })

  it('fits again where the record was made under another key, and leaves one of its own', async () => {
    const { context, run } = open()
    await workFold(plan!, context, null, quietTask)
    const changed = open(run, sha256('two'))
    const record = await workFold(plan!, changed.context, null, quietTask)
    expect(changed.method.fits).toHaveLength(1)
    expect(record.key).toBe(sha256('two'))
    expect(await findFoldRecord(run, plan!.fold, sha256('one'))).toBeUndefined()
    expect(await findFoldRecord(run, plan!.fold, sha256('two'))).toEqual(record)
  })

  it('fits again where the record is of another fold', async () => {
    const { context, run } = open()
    await workFold(plan!, context, null, quietTask)
    const other = open(run)
    await workFold(next!, other.context, { low: 0, high: 1 }, quietTask)
    expect(other.method.fits).toEqual([next!.train.map(({ path }) => path)])
  })

  it('leaves the fitted model and every heat map before its record, and no scratch', async () => {
    const { context, run } = open()
    await workFold(plan!, context, null, quietTask)
    const folder = join(run, 'resume/fold-0')
    expect(readFileSync(join(folder, 'model/learnt.txt'), 'utf8').split('\n')).toEqual(
      plan!.train.map(({ path }) => path),
    )
    for (const { id } of plan!.inference) expect(existsSync(join(run, `maps/fold-0/${id}.webp`))).toBe(true)
    for (const { id } of plan!.threshold) expect(existsSync(join(run, `maps/fold-0/${id}.webp`))).toBe(false)
    expect(existsSync(join(folder, 'training'))).toBe(false)
  })
})

describe('findFoldRecord', () => {
  it('refuses a record that is not whole, naming the file', async () => {
    const run = temporaryFolder()
    const record = await workFold(plan!, open(run).context, null, quietTask)
    await writeFoldRecord(run, 0, record)
    const path = join(run, 'resume/fold-0/record.json')
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 100))
    await expect(findFoldRecord(run, 0, record.key)).rejects.toThrow(path)
  })
})
