import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import { CancelledError, InputError, UsageError } from '../../src/errors.ts'
import { openStore } from '../../src/records/database/open-store.ts'
import { lockFolder } from '../../src/records/lock-folder.ts'
import { openRecords } from '../../src/records/open-records.ts'
import type { Records } from '../../src/records/records.ts'
import { StorageError } from '../../src/records/storage-error.ts'
import { restoreRecords } from '../../src/records/upkeep/restore.ts'
import { quietTask } from '../../src/task.ts'
import type { Judged } from '../../src/wire/station/inspection.ts'
import {
  describeRecords,
  describeRecordsAndReads,
  imageFiles,
  judged,
  keepAll,
  type TestClock,
  testClock,
} from '../helpers/records.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const dayMs = 86_400_000
const record = async (records: Records, clock: TestClock, text: string, given: Partial<Judged> = {}) =>
  (await records.inspections.record({ judged: judged(clock, given), files: [imageFiles(text)], letters: [] }))
    .inspection

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name))
    : []

describeRecords('what is kept', (open, kind) => {
  it('follows the policy', async () => {
    const { records, clock, options } = await open({
      keep: { ...keepAll, pictures: 'rejected-and-review', maps: 'none', embeddings: 'all' },
    })
    const good = await record(records, clock, 'good')
    const bad = await record(records, clock, 'bad', { outcome: 'anomalous' })
    const failed = await record(records, clock, 'failed', { outcome: 'failed' })
    const drawn = await record(records, clock, 'review', { outcome: 'review' })
    expect([good, bad, failed, drawn].map(({ kept }) => kept[0]!.picture)).toEqual([false, true, true, true])
    expect([good, bad].map(({ kept }) => [kept[0]!.map, kept[0]!.embedding])).toEqual([
      [false, true],
      [false, true],
    ])
    expect(filesIn(join(options.folder, 'pictures'))).toHaveLength(3)
  })

  it('is kept once however often it comes, and goes with the last record', async () => {
    const { records, clock, options } = await open({ keep: keepAll })
    const [a, b] = [
      await record(records, clock, 'same', { lot: 'A' }),
      await record(records, clock, 'same', { lot: 'B' }),
    ]
    expect(await records.upkeep.storage()).toMatchObject({ files: 3 })
    expect(await records.upkeep.purge({ lot: 'A' }, 'Ann')).toEqual({ inspections: 1, files: 0 })
    expect(await records.files.picture(a.id, 0)).toBeUndefined()
    expect(await records.files.picture(b.id, 0)).toBeDefined()
    expect(await records.upkeep.purge({ lot: 'B' }, 'Ann')).toEqual({ inspections: 1, files: 3 })
    expect(filesIn(join(options.folder, 'pictures'))).toEqual([])
  })

  it('goes when it is old, but not what people decided about', async () => {
    const { records, clock } = await open({ keep: { ...keepAll, maxAgeDays: 30 } })
    const old = await record(records, clock, 'old')
    const decided = await record(records, clock, 'decided')
    await records.review.correct({
      inspection: decided.id,
      by: 'Ann',
      label: 'nominal',
      kind: null,
      masks: [],
      note: null,
    })
    clock.pass(31 * dayMs)
    const young = await record(records, clock, 'young')
    expect((await records.upkeep.sweep()).files).toBe(3)
    const left = [old, decided, young].map(
      async ({ id }) => (await records.files.picture(id, 0)) !== undefined,
    )
    expect(await Promise.all(left)).toEqual([false, true, true])
    expect((await records.inspections.find(old.id))?.kept).toEqual([
      { picture: false, map: false, embedding: false },
    ])
    expect((await records.upkeep.sweep()).files).toBe(0)
  })

  it('stays while somebody looks at it, and goes when that has ended', async () => {
    const { records, clock } = await open({
      ...{ keep: { ...keepAll, maxAgeDays: 30, maxBytes: 10 }, claimSeconds: 300 },
    })
    const looked = await record(records, clock, 'looked at', { outcome: 'review' })
    const other = await record(records, clock, 'another', { outcome: 'review' })
    clock.pass(31 * dayMs)
    expect(await records.review.claimNext('Ann')).toMatchObject({ id: looked.id })
    expect((await records.upkeep.sweep()).files).toBe(3)
    expect(await records.files.picture(looked.id, 0)).toBeDefined()
    expect(await records.files.picture(other.id, 0)).toBeUndefined()
    clock.pass(301_000)
    expect((await records.upkeep.sweep()).files).toBe(3)
    expect(await records.files.picture(looked.id, 0)).toBeUndefined()
    const by = { by: 'Ann', label: 'nominal' as const, kind: null, masks: [], note: null }
    expect(await records.review.correct({ inspection: looked.id, ...by })).toMatchObject({ ok: true })
  })

  it('goes when there is too much, the oldest first, decided parts last', async () => {
    const keep = { ...keepAll, maps: 'none' as const, embeddings: 'none' as const, maxBytes: 2100 }
    const { records, clock } = await open({ keep })
    const all = []
    for (const text of ['a', 'b', 'c', 'd']) {
      clock.pass(1000)
      all.push(await record(records, clock, text.repeat(997)))
    }
    await records.review.correct({
      inspection: all[0]!.id,
      by: 'Ann',
      label: 'anomalous',
      kind: null,
      masks: [],
      note: null,
    })
    expect(await records.upkeep.sweep()).toEqual({ files: 2, bytes: 2000 })
    const left = all.map(async ({ id }) => (await records.files.picture(id, 0)) !== undefined)
    expect(await Promise.all(left)).toEqual([true, false, false, true])
  })

  it('does not pile up where a crash left files without a record', async () => {
    const { records, clock, options } = await open({ keep: keepAll })
    await record(records, clock, 'recorded')
    const forgotten = join(options.folder, 'pictures', 'aa', `${'a'.repeat(64)}.jpg`)
    const half = `${forgotten}.1-2.partial`
    mkdirSync(join(options.folder, 'pictures', 'aa'), { recursive: true })
    for (const path of [forgotten, half]) {
      writeFileSync(path, 'x')
      utimesSync(path, clock(), clock())
    }
    await records.upkeep.sweep()
    expect(existsSync(forgotten)).toBe(true)
    clock.pass(2 * dayMs)
    await records.upkeep.sweep()
    expect([existsSync(forgotten), existsSync(half)]).toEqual([false, false])
    expect(filesIn(join(options.folder, 'pictures'))).toHaveLength(1)
  })

  it('is counted once, however many there are', async () => {
    const { records, clock, options } = await open({ keep: keepAll })
    const folder = join(options.folder, 'pictures', 'aa')
    mkdirSync(folder, { recursive: true })
    for (let i = 0; i < 501; i++) {
      const path = join(folder, `${String(i).padStart(3, '0').padStart(64, 'a')}.jpg`)
      writeFileSync(path, 'x')
      utimesSync(path, clock(), clock())
    }
    clock.pass(2 * dayMs)
    expect(await records.upkeep.sweep()).toEqual({ files: 501, bytes: 501 })
  })

  it('is told apart from what was damaged since', async () => {
    const { records, clock, options } = await open({ keep: keepAll })
    const { id } = await record(records, clock, 'whole')
    const [name] = filesIn(join(options.folder, 'pictures'))
    writeFileSync(join(options.folder, 'pictures', name!), 'other')
    await expect(records.files.picture(id, 0)).rejects.toThrow(StorageError)
  })

  it('is deleted for a customer, with all that belongs to it, and only that it happened is kept', async () => {
    const { records, clock, options } = await open({ keep: keepAll })
    const gone = await record(records, clock, 'gone', { part: 'customer-4711', idempotencyKey: 'k' })
    const stays = await record(records, clock, 'stays')
    await record(records, clock, 'shadow', { shadowOf: gone.id })
    await records.review.correct({
      inspection: gone.id,
      by: 'Ann',
      label: 'nominal',
      kind: null,
      masks: [],
      note: 'secret note',
    })
    await expect(records.upkeep.purge({}, 'Ann')).rejects.toThrow(UsageError)
    await expect(records.upkeep.purge({ shadow: 'both' }, 'Ann')).rejects.toThrow(UsageError)
    expect(await records.upkeep.purge({ part: 'customer-4711' }, 'Ann')).toMatchObject({ inspections: 2 })
    expect(await records.inspections.count({ shadow: 'both' })).toMatchObject({ count: 1 })
    expect(await records.inspections.find(stays.id)).toBeDefined()
    expect(await records.review.corrections(gone.id)).toEqual([])
    for (const what of ['pictures', 'maps', 'embeddings'])
      expect(filesIn(join(options.folder, what))).toHaveLength(1) // of the one that stays
    const [tally] = await records.inspections.tallies(new Date(0), new Date(4e12), 'day')
    expect(tally?.counts.nominal).toBe(1)
    expect(await records.audit.list(1)).toMatchObject([{ action: 'purge', subject: null }])
    expect(JSON.stringify(await records.audit.list(10))).not.toContain('4711')
    await records.close()
    if (kind === 'postgres') return
    for (const name of readdirSync(options.folder).filter((each) => each.startsWith('records.db'))) {
      const bytes = readFileSync(join(options.folder, name))
      for (const secret of ['customer-4711', 'secret note']) expect(bytes.includes(secret)).toBe(false)
    }
  })
})

describeRecords('exports', (open) => {
  it('are a table in which nothing becomes a formula', async () => {
    const { records, clock } = await open()
    await record(records, clock, 'x', { part: '=HYPERLINK("http://x")', lot: 'a,b' })
    await record(records, clock, 'y', { outcome: 'timeout', reason: 'slow', score: null })
    let csv = ''
    for await (const chunk of records.exports.csv({})) csv += chunk
    const [header, second, first, ...rest] = csv.split('\n')
    expect(header).toMatch(/^inspection,time,source,outcome,/)
    expect(first).toContain(`"'=HYPERLINK(""http://x"")","a,b"`)
    expect(second).toContain(',timeout,slow,')
    expect(rest).toEqual([''])
  })

  it('are a manifest that is read as it is meant, with how each part was chosen', async () => {
    const sampling = { everyPart: 1, nominal: 0, anomalous: 0, review: 0 }
    const { records, clock, options } = await open({ keep: keepAll, sampling })
    const decide = async (
      text: string,
      label: 'nominal' | 'anomalous' | 'unsure',
      given: Partial<Judged> = {},
    ) => {
      clock.pass(1000)
      const { id } = await record(records, clock, text, given)
      await records.review.correct({
        inspection: id,
        by: 'Ann',
        label,
        kind: label === 'anomalous' ? 'dent' : null,
        masks: [],
        note: null,
      })
      return id
    }
    await decide('a', 'nominal', { part: 'P1', lot: 'L' })
    await records.review.setSamplingRule({ ...sampling, everyPart: 0, review: 1 }, 'Chief')
    await decide('b', 'anomalous', { outcome: 'review', part: 'P2' })
    await decide('c', 'unsure', { outcome: 'review' })
    await record(records, clock, 'undecided')
    const path = join(temporaryFolder(), 'out', 'manifest.csv')
    expect(await records.exports.manifest(path, {})).toEqual({
      ...{ path, nominal: 1, anomalous: 1, withoutPicture: 0, unsure: 1 },
    })
    const dataset = await openDataset(path)
    expect(
      dataset.samples.map(({ label, part, defect, attributes }) => [
        label,
        part,
        defect,
        attributes.selection,
      ]),
    ).toEqual([
      ['nominal', 'P1', null, 'all'],
      ['anomalous', 'P2', 'dent', 'by-score'],
    ])
    expect(
      dataset.samples.every((sample) => existsSync(sample.path) && sample.path.startsWith(options.folder)),
    ).toBe(true)
  })
})

describeRecordsAndReads('a backup', (open, kind) => {
  it('holds everything, while the station goes on, and comes back the same', async () => {
    const { records, clock } = await open({ keep: keepAll })
    const ids: string[] = []
    for (let i = 0; i < 30; i++) {
      clock.pass(1000)
      ids.push((await record(records, clock, `p${i}`, { outcome: 'review', part: `ä${i}` })).id)
    }
    await records.review.correct({
      inspection: ids[3]!,
      by: 'Ann',
      label: 'anomalous',
      kind: 'dent',
      masks: [],
      note: null,
    })
    await records.outbox.post([{ target: 't', kind: 'k', payload: [1, 'x'] }])
    const folder = join(temporaryFolder(), 'backup')
    const [summary] = await Promise.all([
      records.upkeep.backup(folder),
      ...Array.from({ length: 10 }, (_, i) => record(records, clock, `later ${i}`)),
    ])
    expect(summary.inspections).toBeGreaterThanOrEqual(30)
    await expect(records.upkeep.backup(folder)).rejects.toThrow(/not empty/)
    const other = { folder: temporaryFolder(), clock: testClock() }
    expect(await restoreRecords(folder, other)).toEqual(summary)
    await expect(restoreRecords(folder, other)).rejects.toThrow(/has records already/)
    const restored = await openRecords(other)
    try {
      for (const id of [ids[0]!, ids[3]!])
        expect(await restored.inspections.find(id)).toEqual(await records.inspections.find(id))
      expect(await restored.files.picture(ids[7]!, 0)).toEqual(await records.files.picture(ids[7]!, 0))
      expect(await restored.audit.verify()).toEqual(await records.audit.verify())
      expect(await restored.outbox.letters()).toHaveLength(1)
      await record(restored, clock, 'goes on')
      expect(await restored.inspections.count({})).toMatchObject({ count: summary.inspections + 1 })
    } finally {
      await restored.close()
    }
    if (kind === 'postgres') {
      const { options } = await open()
      await records.close()
      const store = await openStore(options)
      await sql`drop schema public cascade`.execute(store.db)
      await sql`create schema public`.execute(store.db)
      await store.close()
      expect(await restoreRecords(folder, options)).toEqual(summary)
      const again = await openRecords(options)
      await record(again, clock, 'goes on')
      await again.review.correct({
        inspection: ids[4]!,
        by: 'Ann',
        label: 'nominal',
        kind: null,
        masks: [],
        note: null,
      })
      expect(await again.audit.verify()).toMatchObject({ ok: true, entries: 2 })
      await again.close()
    }
  })

  it('is not restored into a place that a station uses', async () => {
    const { records, clock, options } = await open()
    await record(records, clock, 'here')
    const folder = join(temporaryFolder(), 'backup')
    await records.upkeep.backup(folder)
    // Its database, whatever the folder; its folder, whatever the database.
    const elsewhere = kind === 'postgres' ? { ...options, folder: temporaryFolder() } : options
    await expect(restoreRecords(folder, elsewhere)).rejects.toThrow(/has records already/)
    const place = { folder: temporaryFolder(), clock }
    const lock = lockFolder(place.folder)
    await expect(restoreRecords(folder, place)).rejects.toMatchObject({ problem: 'locked' })
    lock.release()
    expect(await restoreRecords(folder, place)).toMatchObject({ inspections: 1 })
  })

  it('that was changed, or is of a newer version, is refused, and an interrupted one leaves nothing', async () => {
    const { records, clock } = await open()
    await record(records, clock, 'x')
    const [root, target] = [temporaryFolder(), () => ({ folder: temporaryFolder(), clock })]
    const stopped = { ...quietTask, signal: AbortSignal.abort() }
    await expect(records.upkeep.backup(join(root, 'a'), stopped)).rejects.toThrow(CancelledError)
    expect(readdirSync(root)).toEqual([])
    await records.upkeep.backup(join(root, 'a'))
    const described = join(root, 'a', 'backup.json')
    const text = readFileSync(described, 'utf8')
    writeFileSync(described, text.replace(/"version": "[^"]+"/, '"version": "9999-later"'))
    await expect(restoreRecords(join(root, 'a'), target())).rejects.toMatchObject({ problem: 'newer' })
    writeFileSync(
      described,
      text.replace(/"sha256": "./, (start) => `${start.slice(0, -1)}${start.endsWith('0') ? 1 : 0}`),
    )
    await expect(restoreRecords(join(root, 'a'), target())).rejects.toThrow(InputError)
    await expect(restoreRecords(root, target())).rejects.toThrow(/backup.json/)
  })
})

describeRecords('a database', (open) => {
  it('of an older version is brought to this one, its outcomes counted', async () => {
    const { records, clock, options } = await open()
    await records.close()
    const store = await openStore(options)
    await sql`drop table tallies`.execute(store.db)
    await sql`drop index inspections_label_score`.execute(store.db)
    await sql`delete from plumbline_versions where name <> '0001-station'`.execute(store.db)
    for (const [i, outcome] of ['nominal', 'nominal', 'anomalous'].entries()) {
      const { id, time, ...given } = judged(clock)
      const [images, latency] = [JSON.stringify(given.images), JSON.stringify(given.latency)]
      await sql`insert into inspections (id, time, source, outcome, camera, image_hash, images, latency, rule)
        values (${id}, ${Date.parse(time)}, 'http', ${outcome}, ${i === 0 ? null : 'c'}, ${given.imageHash}, ${images}, ${latency}, 1)`.execute(
        store.db,
      )
    }
    await store.close()
    const again = await openRecords(options)
    const tallies = await again.inspections.tallies(new Date(0), new Date(4e12), 'hour')
    expect(tallies.map(({ camera, counts }) => [camera, counts.nominal, counts.anomalous])).toEqual([
      [null, 1, 0],
      ['c', 1, 1],
    ])
    await record(again, clock, 'x', { camera: 'c', model: null })
    const [, later] = await again.inspections.tallies(new Date(0), new Date(4e12), 'hour')
    expect(later?.counts.nominal).toBe(2)
    await again.close()
  })

  it('of a newer version is refused and stays as it is', async () => {
    const { records, options } = await open()
    await records.close()
    const store = await openStore(options)
    await sql`insert into plumbline_versions (name, timestamp) values ('9999-later', 'x')`.execute(store.db)
    await store.close()
    await expect(openRecords(options)).rejects.toMatchObject({ problem: 'newer', code: 'INPUT' })
  })

  it('answers a probe', async () => {
    const { records, options } = await open()
    await records.upkeep.probe()
    expect(readdirSync(options.folder).filter((name) => name.startsWith('.probe'))).toEqual([])
    rmSync(options.folder, { recursive: true })
    await expect(records.upkeep.probe()).rejects.toThrow(StorageError)
  })
})

describe('a database that cannot be written', () => {
  const options = () => ({ folder: temporaryFolder(), clock: testClock() })

  it('because another program holds it: says so, loses nothing else, and goes on when it is free', async () => {
    const given = options()
    const records = await openRecords(given)
    const { default: Database } = await import('libsql')
    const other = new Database(join(given.folder, 'records.db'))
    other.exec('begin immediate')
    const asked = judged(given.clock)
    const recording = records.inspections.record({ judged: asked, files: [], letters: [] })
    await expect(recording).rejects.toMatchObject({ problem: 'locked' })
    expect(await records.inspections.count({})).toMatchObject({ count: 0 })
    other.exec('rollback')
    expect((await records.inspections.record({ judged: asked, files: [], letters: [] })).isNew).toBe(true)
    other.exec('begin immediate')
    const waiting = records.inspections.record({ judged: judged(given.clock), files: [], letters: [] })
    await new Promise((resolve) => setTimeout(resolve, 200))
    other.exec('rollback')
    expect((await waiting).isNew).toBe(true)
    other.close()
    await records.close()
  })

  it('because the disk is full: nothing of the record is there, and it goes on when there is room', async () => {
    const given = options()
    const full = await openRecords({ ...given, maxDatabaseBytes: 400_000 })
    const letters = Array.from({ length: 4 }, () => ({ target: 't', kind: 'k', payload: 'x'.repeat(2000) }))
    let written = 0
    const fill = async (): Promise<void> => {
      for (; written < 500; written++)
        await full.inspections.record({ judged: judged(given.clock), files: [], letters })
    }
    await expect(fill()).rejects.toMatchObject({ problem: 'full' })
    expect(written).toBeGreaterThan(3)
    expect(await full.inspections.count({})).toMatchObject({ count: written })
    expect(await full.outbox.counts()).toEqual({ t: { waiting: 4 * written, delivered: 0, dead: 0 } })
    expect(await full.audit.verify()).toMatchObject({ ok: true })
    await full.close()
    const roomy = await openRecords(given)
    expect((await roomy.inspections.record({ judged: judged(given.clock), files: [], letters })).isNew).toBe(
      true,
    )
    await roomy.close()
  })

  it('because it is none: says what to do', async () => {
    const given = options()
    writeFileSync(join(given.folder, 'records.db'), 'this is no database'.repeat(400))
    await expect(openRecords(given)).rejects.toMatchObject({ problem: 'damaged' })
  })
})
