/** What the station remembers of a day, held one by one against what was done: by its API, and in its SQLite file. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import type { Models } from '../../../src/wire/serve/models.ts'
import type { AuditCheck, AuditEntry } from '../../../src/wire/station/audit.ts'
import type { Correction } from '../../../src/wire/station/correction.ts'
import type { DriftStatus } from '../../../src/wire/station/drift.ts'
import type { StationInspection } from '../../../src/wire/station/inspection.ts'
import type { Day } from './day.ts'
import type { Said } from './review-queue.ts'

export interface Checked {
  /** How many statements were compared. */
  readonly compared: number
  /** Each that does not hold, in words. */
  readonly wrong: readonly string[]
}

/** @param data - The station's own folder. */
export async function checkRecords(address: string, data: string, day: Day): Promise<Checked> {
  const wrong: string[] = []
  let compared = 0
  const same = (what: string, found: unknown, done: unknown): void => {
    compared++
    const [a, b] = [JSON.stringify(found), JSON.stringify(done)]
    if (a !== b) wrong.push(`${what}: recorded ${a}, done ${b}`)
  }
  const ask = async <Answer>(path: string): Promise<Answer> => {
    const response = await fetch(`${address}/${path}`)
    if (!response.ok) throw new Error(`${path}: ${response.status}`)
    return (await response.json()) as Answer
  }
  const ids = new Map(day.passed.map(({ part, id }) => [part, id]))

  for (const { id, part, verdict, score, model } of day.passed) {
    const found = await ask<StationInspection>(`v1/inspections/${id}`)
    same(`${part}: inspection`, [found.part, found.outcome, found.score], [part, verdict, score])
    same(`${part}: model`, [found.model?.fingerprint, found.shadowOf, found.recorded], [model, null, true])
  }
  for (const said of day.said) {
    const id = ids.get(said.part)
    const found = await ask<readonly Correction[]>(`v1/inspections/${id}/corrections`)
    same(
      `${said.part}: corrections`,
      found.map(shortly),
      said.isTakenBack ? [takenBack, stands(said)] : [stands(said)],
    )
  }
  const open = await ask<{ readonly count: number }>('v1/review/count')
  same('open after the review', open.count, 0)
  const models = await ask<Models>('v1/models')
  same('models', [models.active, models.shadow], [day.models.first, null])
  const drift = await ask<DriftStatus>('v1/drift')
  same('the alarm that was read', day.alarm.includes(drift.alarms[0]?.words ?? 'none'), true)

  compareFile(join(data, 'records.db'), day, same)
  compareManifest(join(data, 'datasets/decided/manifest.csv'), day, same)

  const audit = await ask<AuditCheck>('v1/audit/verify')
  same('audit chain', [audit.ok, audit.broken], [true, null])
  const entries = await ask<readonly AuditEntry[]>('v1/audit?limit=500')
  const actions = [...entries].reverse().map(({ action }) => action)
  const decided = day.said.flatMap(({ isTakenBack }) =>
    isTakenBack ? ['correction.add', 'correction.undo', 'correction.add'] : ['correction.add'],
  )
  same(
    'audit: corrections',
    actions.filter((action) => action.startsWith('correction')),
    decided,
  )
  const others = actions.filter((action) => !action.startsWith('correction'))
  same(
    'audit: the rest',
    others.filter((action) => !/^station/.test(action)),
    [
      ...['sampling.set', 'export.manifest', 'job.add', 'job.add', 'job.add'],
      ...['shadow.begin', 'model.switch', 'model.roll-back'],
    ],
  )
  return { compared, wrong }
}

const shortly = ({ label, kind, masks, undone }: Correction) => ({
  ...{ label, kind, isPainted: masks.some((mask) => mask !== null), isUndone: undone !== null },
})
const stands = ({ label, kind, isPainted }: Said) => ({ label, kind, isPainted, isUndone: false })
const takenBack = { label: 'unsure', kind: null, isPainted: false, isUndone: true }

type Same = (what: string, found: unknown, done: unknown) => void

/** The file as it lies on the disk, by a program that knows nothing of the station. */
function compareFile(path: string, { passed, said, inShadow }: Day, same: Same): void {
  const file = new Database(path, { readonly: true })
  try {
    const rows = file
      .prepare('select id, part, outcome, score from inspections where shadow_of is null order by seq')
      .all() as { readonly id: string }[]
    same('file: inspections', rows.length, passed.length)
    for (const [i, { id, part, verdict, score }] of passed.entries())
      same(`file: ${part}`, rows[i], { id, part, outcome: verdict, score })
    // Judged after the answers were given, in whatever order there was time: once each.
    const beside = file
      .prepare('select shadow_of as id from inspections where shadow_of is not null order by shadow_of')
      .all() as { readonly id: string }[]
    same(
      'file: in shadow',
      beside.map(({ id }) => id),
      inShadow.toSorted(),
    )
    const [counts] = file
      .prepare('select count(*) as all_of_them, count(undone_at) as undone from corrections')
      .all()
    const undone = said.filter(({ isTakenBack }) => isTakenBack).length
    same('file: corrections', counts, { all_of_them: said.length + undone, undone })
    const [held] = file.prepare("select count(*) as n from inspections where review_state = 'open'").all()
    same('file: open', held, { n: 0 })
  } finally {
    file.close()
  }
}

/** Every decided part of the day is a row, and none of those on which the two models were compared. */
function compareManifest(path: string, { said, passed, inShadow }: Day, same: Same): void {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n')
  const columns = head.split(',')
  const rows = lines.map((line) => {
    const cells = line.split(',')
    return Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? '']))
  })
  const late = new Set(passed.filter(({ id }) => inShadow.includes(id)).map(({ part }) => part))
  const known = said.filter(({ label, part }) => label !== 'unsure' && !late.has(part))
  same('manifest: parts', rows.map(({ part }) => part).sort(), known.map(({ part }) => part).sort())
  const of = new Map(rows.map((row) => [row.part, row]))
  for (const { part, label, kind, isPainted } of known) {
    const row = of.get(part)
    const found = [row?.label, row?.defect, (row?.mask ?? '') !== '']
    same(`manifest: ${part}`, found, [label === 'nominal' ? 'good' : 'bad', kind ?? '', isPainted])
  }
}
