import { afterEach, describe, expect, it, vi } from 'vitest'
import { CancelledError } from '../../src/errors.ts'
import { present } from '../../src/present.ts'

import { type Db, openStore, type Store } from '../../src/records/database/open-store.ts'
import { createReader, type Reader } from '../../src/records/database/reader.ts'

import { temporaryFolder } from '../helpers/temporary-folder.ts'

/** A second or so of counting. */
const rows = 3_000_000
const slow = `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows}) select count(*) as count from n`

describe('the process that reads', () => {
  let store: Store | undefined
  let reader: Reader | undefined
  const open = async (): Promise<{ store: Store; reader: Reader }> => {
    store = await openStore({ folder: temporaryFolder() })
    reader = createReader(store.where)
    return { store, reader }
  }
  afterEach(async () => {
    await reader?.close()
    await store?.close()
  })

  it('sees what was committed before it was asked, with numbers as they are', async () => {
    const { store, reader } = await open()
    for (const name of ['a', 'b']) {
      await store.db.insertInto('notes').values({ name, value: name }).execute()
      expect(await reader.ask('select name from notes where name = ?', [name])).toEqual([{ name }])
    }
    expect(await reader.ask('select ? as far, 9e999 as endless, null as none', [0.1])).toEqual([
      { far: 0.1, endless: Infinity, none: null },
    ])
  })

  it('makes the text of an answer, in the order of its columns', async () => {
    const { reader } = await open()
    const text = await reader.askJson(
      "select 'b' as name, 0.1 as far, null as none union all select 'ü', 2, 'x'",
      [],
    )
    expect(Buffer.from(text).toString()).toBe(
      '[{"name":"b","far":0.1,"none":null},{"name":"ü","far":2,"none":"x"}]',
    )
    await expect(reader.askJson('select 1 from nowhere', [])).rejects.toThrow(/no such table/)
  })

  it('writes nothing', async () => {
    const { store, reader } = await open()
    await expect(reader.ask("insert into notes values ('x', '1')", [])).rejects.toMatchObject({
      problem: 'read-only',
      path: store.where,
    })
    expect(await store.db.selectFrom('notes').selectAll().where('name', '=', 'x').execute()).toEqual([])
  })

  it('carries errors over, and answers the next question', async () => {
    const { reader } = await open()
    await expect(reader.ask('select 1 from nowhere', [])).rejects.toThrow(/no such table: nowhere/)
    await expect(reader.ask('select ?', [true])).rejects.toThrow(/expected a number, text, bytes or null/)
    expect(await reader.ask('select 1 as one', [])).toEqual([{ one: 1 }])
  })

  it('that is ended from outside is replaced, and nobody notices', async () => {
    const { reader } = await open()
    await reader.ask('select 1', [])
    const counting = reader.ask(slow, [])
    const after = reader.ask('select 2 as two', [])
    process.kill(present(reader.pid(), 'a process'), 'SIGKILL')
    expect(await after).toEqual([{ two: 2 }])
    expect(await counting).toEqual([{ count: rows }])
  }, 60_000)

  it('that ends whenever it is asked says so', async () => {
    const { store, reader } = await open()
    await reader.ask('select 1', [])
    const asked = reader.ask(slow, [])
    const outcome = expect(asked).rejects.toMatchObject({ problem: 'unreachable', path: store.where })
    const first = present(reader.pid(), 'a process')
    process.kill(first, 'SIGKILL')
    await vi.waitFor(() => expect(reader.pid()).not.toBe(first), { timeout: 30_000 })
    process.kill(present(reader.pid(), 'the next process'), 'SIGKILL')
    await outcome
    expect(await reader.ask('select 1 as one', [])).toEqual([{ one: 1 }])
  }, 60_000)

  it('is ended in the middle of a query where it is closed', async () => {
    const { reader } = await open()
    await reader.ask('select 1', [])
    const outcome = expect(reader.ask(slow, [])).rejects.toThrow(CancelledError)
    await reader.close()
    await outcome
    await expect(reader.ask('select 1', [])).rejects.toThrow(CancelledError)
  })
})

describe('a snapshot by a process of its own', () => {
  let store: Store | undefined
  afterEach(() => store?.close())
  const names = (db: Db) => db.selectFrom('notes').select('name').orderBy('name').execute()
  const write = (db: Db, name: string) => db.insertInto('notes').values({ name, value: name }).execute()

  it('sees one state, while others write', async () => {
    store = await openStore({ folder: temporaryFolder(), readsBeside: true })
    const { db } = store
    await write(db, 'a')
    await store.snapshot(async (snapshot) => {
      expect(await names(snapshot)).toEqual([{ name: 'a' }])
      await write(db, 'b')
      expect(await names(snapshot)).toEqual([{ name: 'a' }])
    })
    expect(await store.snapshot(names)).toEqual([{ name: 'a' }, { name: 'b' }])
  })

  it('is over where its process ends, and never goes on with another state', async () => {
    store = await openStore({ folder: temporaryFolder() })
    const { where, db } = store
    await write(db, 'a')
    const reader = createReader(where, false)
    try {
      await reader.ask('begin', [])
      expect(await reader.ask('select name from notes', [])).toEqual([{ name: 'a' }])
      await write(db, 'b')
      const asked = expect(reader.ask(slow, [])).rejects.toMatchObject({
        problem: 'unreachable',
        path: where,
      })
      process.kill(present(reader.pid(), 'a process'), 'SIGKILL')
      await asked
      await expect(reader.ask('select name from notes', [])).rejects.toMatchObject({ problem: 'unreachable' })
    } finally {
      await reader.close()
    }
  })

  it('gives what it threw', async () => {
    store = await openStore({ folder: temporaryFolder(), readsBeside: true })
    const wrong = store.snapshot(async (snapshot) => {
      await names(snapshot)
      throw new RangeError('enough')
    })
    await expect(wrong).rejects.toThrow(new RangeError('enough'))
    expect(await store.snapshot(names)).toEqual([])
  })
})
