import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { openStore } from '../../src/records/database/open-store.ts'
import { openRecords } from '../../src/records/open-records.ts'
import { testClock } from '../helpers/records.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { createRecorder } from './recorder.ts'

const cwd = temporaryFolder()

async function audit(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const recorder = createRecorder({ cwd })
  const code = await main(['audit', ...argv], recorder)
  return { code, out: recorder.out(), err: recorder.err() }
}

it('checks the audit log of a station that runs, and finds what was changed in it', async () => {
  expect(await audit('verify')).toMatchObject({
    code: 3,
    err: expect.stringMatching(/plumbline-station: no such folder/),
  })
  expect(await audit('verify', '--data', cwd)).toMatchObject({
    code: 3,
    err: expect.stringMatching(/has no records.db/),
  })
  const folder = join(cwd, 'plumbline-station')
  const records = await openRecords({ folder, clock: testClock() })
  expect(await audit('verify')).toMatchObject({ code: 0, out: 'The audit log is empty.\n' })
  for (const subject of ['m1', 'm2', 'm3']) {
    await records.audit.append({ by: 'Ann', action: 'model.switch', subject, detail: {} })
  }
  const { head } = await records.audit.verify()
  expect(await audit('verify')).toMatchObject({
    code: 0,
    out: `The audit log holds: 3 entries, head ${head}\n`,
  })
  const { code, out } = await audit('verify', '--head', head!, '--json')
  expect([code, JSON.parse(out)]).toEqual([0, { ok: true, entries: 3, head, broken: null }])
  expect(await audit('verify', '--head', 'x')).toMatchObject({ code: 2 })
  expect(await audit('verify', '--head', 'f'.repeat(64))).toMatchObject({
    code: 3,
    err: expect.stringMatching(/cut off/),
  })
  await records.close()
  const store = await openStore({ folder })
  await sql`update audit set subject = 'm9' where seq = 2`.execute(store.db)
  await store.close()
  const broken = await audit('verify')
  expect(broken).toMatchObject({
    code: 3,
    err: expect.stringMatching(/breaks at entry 2: its content was changed/),
  })
  expect(broken.out).toMatch(/holds up to entry 1 and breaks at 2/)
})

it('restores a station from its backup, once', async () => {
  const [from, to, backup] = ['from', 'to', 'backup'].map((name) => join(cwd, name)) as [
    string,
    string,
    string,
  ]
  const records = await openRecords({ folder: from, clock: testClock() })
  await records.audit.append({ by: 'Ann', action: 'model.switch', subject: 'm1', detail: {} })
  const { head } = await records.audit.verify()
  await records.upkeep.backup(backup)
  await records.close()
  const restore = async () => {
    const recorder = createRecorder({ cwd })
    return {
      code: await main(['restore', 'backup', '--data', 'to'], recorder),
      out: recorder.out(),
      err: recorder.err(),
    }
  }
  expect(await restore()).toMatchObject({ code: 0, out: `${to}: 0 inspections and 0 files\n` })
  expect(await audit('verify', '--data', to, '--head', head!)).toMatchObject({ code: 0 })
  expect(await restore()).toMatchObject({ code: 3, err: expect.stringMatching(/has records already/) })
})
