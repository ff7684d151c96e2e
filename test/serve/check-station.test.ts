/** `serve --check`: a line for everything that a start needs, and what is missing. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { workForOthers } from '../../src/run/fleet/work-for-others.ts'
import { checkStation } from '../../src/serve/check-station.ts'
import { quietTask } from '../../src/task.ts'
import { version } from '../../src/version.ts'
import { noRedis, startRedis } from '../helpers/redis.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { meanGrey } from '../inspect/fake-detector.ts'
import { openGreyStation, saveGreyModel } from './grey-station.ts'

const around = { now: () => new Date(), methods: [meanGrey] }
const missing = (checks: Awaited<ReturnType<typeof checkStation>>) =>
  Object.fromEntries(checks.flatMap(({ name, ok, detail }) => (ok ? [] : [[name, detail]])))

it('says that everything is there', async () => {
  const folder = temporaryFolder()
  const model = join(folder, 'grey')
  await saveGreyModel(model)
  const outputs = join(folder, 'outputs.json')
  writeFileSync(outputs, JSON.stringify({ outputs: [{ name: 'results', type: 'file', folder: 'results' }] }))
  const checks = await checkStation({ model, data: join(folder, 'data'), port: 0, outputs }, around)
  expect(missing(checks)).toEqual({})
  expect(checks.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'models',
      'model grey',
      'data folder',
      'records',
      'port',
      'outputs',
      'output results',
    ]),
  )
  expect(readdirSync(folder).sort()).toEqual(['grey', 'outputs.json'])
})

it('leaves a folder as it was found, with what lay in it', async () => {
  const folder = temporaryFolder()
  const [model, data] = [join(folder, 'grey'), join(folder, 'deep', 'data')]
  await saveGreyModel(model)
  mkdirSync(data, { recursive: true })
  writeFileSync(join(data, 'mine.txt'), '')
  expect(missing(await checkStation({ model, data, port: 0 }, around))).toEqual({})
  expect(readdirSync(data)).toEqual(['mine.txt'])
})

it('takes nothing from a folder that a station uses', async () => {
  const running = await openGreyStation()
  const { folder } = running.context
  const before = readdirSync(folder).sort()
  const checks = await checkStation({ model: folder, data: folder, port: 0 }, around)
  expect(missing(checks)['data folder']).toContain('another station uses this folder')
  expect(checks.find(({ name }) => name === 'records')?.detail).toContain('not tried')
  expect(readdirSync(folder).sort()).toEqual(expect.arrayContaining(before))
  expect(running.context.readiness().ready).toBe(true)
})

it('says who has the port', async () => {
  const running = await openGreyStation()
  const { port } = new URL(running.address)
  const asked = { model: temporaryFolder(), data: temporaryFolder(), port: Number(port) }
  const said = async () => missing(await checkStation(asked, around)).port
  // it is asked for a second, and answers by this very thread
  await expect
    .poll(said, { timeout: 30_000 })
    .toContain(`port ${port} of 127.0.0.1 is taken by a station of Plumbline ${version}`)
  if (existsSync('/proc/net/tcp')) expect(await said()).toContain(`process ${process.pid}, `)
}, 60_000)

it.skipIf(noRedis !== null)(
  `says who would do the steps of jobs${noRedis === null ? '' : ` (skipped: ${noRedis})`}`,
  async () => {
    const folder = temporaryFolder()
    const [model, jobStore] = [join(folder, 'grey'), join(folder, 'store')]
    await saveGreyModel(model)
    const { url: jobQueue, stop } = await startRedis()
    try {
      const asked = { model, data: join(folder, 'data'), port: 0, jobQueue, jobStore }
      const found = (await checkStation(asked, around)).find(({ name }) => name === 'job queue')
      expect(found).toMatchObject({ ok: true })
      expect(found?.detail).toBe(
        `${jobQueue} answers, ${jobStore} can be written, 0 workers of this version are there`,
      )
      expect(existsSync(jobStore)).toBe(false)
      writeFileSync(join(folder, 'mine.txt'), '')
      const other = await checkStation({ ...asked, jobStore: folder }, around)
      expect(missing(other)['job queue']).toContain('holds files and is no store of Plumbline')
    } finally {
      await stop()
    }
  },
  30_000,
)

it.skipIf(noRedis !== null)(
  `says that workers have come with another store${noRedis === null ? '' : ` (skipped: ${noRedis})`}`,
  async () => {
    const folder = temporaryFolder()
    const [model, own, others] = ['grey', 'own', 'others'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    await saveGreyModel(model)
    const { url: jobQueue, stop } = await startRedis()
    const leave = new AbortController()
    const workers: Promise<unknown>[] = []
    const work = (store: string) =>
      workers.push(
        workForOthers(
          { queue: jobQueue, store, cache: join(folder, 'cache') },
          { ...quietTask, signal: leave.signal },
        ),
      )
    const asked = { model, data: join(folder, 'data'), port: 0, jobQueue, jobStore: own }
    const said = async () =>
      (await checkStation(asked, around)).find(({ name }) => name === 'job queue')?.detail ?? ''
    try {
      work(others)
      await expect.poll(said, { timeout: 20_000, interval: 500 }).toContain('the worker has come with')
      expect(existsSync(own)).toBe(false)
      work(own)
      // else the trial would make the store, and take it away before the worker is at the queue
      await expect.poll(() => existsSync(join(own, '.plumbline-store')), { timeout: 20_000 }).toBe(true)
      await expect.poll(said, { timeout: 20_000, interval: 500 }).toContain('1 of 2 workers has come with')
      expect(existsSync(own)).toBe(true)
    } finally {
      leave.abort()
      await Promise.all(workers)
      await stop()
    }
  },
  60_000,
)

it('says whether the station would take what its jobs sign', async () => {
  const folder = temporaryFolder()
  const [model, sign, trust] = ['grey', 'key.pem', 'key.pub.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await saveGreyModel(model)
  const [own, other] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
  writeFileSync(sign, own.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const asked = { model, data: join(folder, 'data'), port: 0, sign, trust }
  const said = async (key: KeyObject): Promise<object | undefined> => {
    writeFileSync(trust, key.export({ type: 'spki', format: 'pem' }))
    return (await checkStation(asked, around)).find(({ name }) => name === 'signing key')
  }
  expect(await said(own.publicKey)).toMatchObject({ ok: true })
  const refusal = expect.stringContaining('expected the private key that goes with --trust')
  expect(await said(other.publicKey)).toMatchObject({ ok: false, detail: refusal })
  // the model is there, and nobody trusted has signed it
  const { models } = missing(await checkStation(asked, around))
  expect(models).toContain('none can be used')
  expect(models).not.toContain('plumbline train')
})

it('says all that is missing at once', async () => {
  const folder = temporaryFolder()
  const models = join(folder, 'models')
  mkdirSync(models)
  await saveGreyModel(join(models, 'bare'), { threshold: null })
  await saveGreyModel(join(models, 'broken'))
  writeFileSync(join(models, 'broken', 'mean.bin'), 'x')
  const running = await openGreyStation()
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as AddressInfo
  const tokenFile = join(folder, 'tokens')
  writeFileSync(tokenFile, 'admin short\n')
  const [tlsCert, tlsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(tlsCert, 'no certificate')
  writeFileSync(tlsKey, 'no key')
  const data = running.context.folder
  const outputs = join(folder, 'outputs.json')
  writeFileSync(join(folder, 'in-the-way'), '')
  writeFileSync(
    outputs,
    JSON.stringify({ outputs: [{ name: 'blocked', type: 'file', folder: 'in-the-way' }] }),
  )
  const jobs = { jobQueue: 'redis://:secret@127.0.0.1:1', jobStore: join(folder, 'store') }
  const asked = { models, data, port, tokenFile, tlsCert, tlsKey, outputs, ...jobs }
  const checks = await checkStation(asked, around)
  taken.close()
  expect(missing(checks)).toEqual({
    'model bare': expect.stringContaining('has no threshold'),
    'model broken': expect.stringContaining('truncated or altered'),
    'data folder': expect.stringContaining('another station uses this folder'),
    port: expect.stringMatching(/is taken.*: name another with --port N/),
    tokens: expect.stringContaining('at least 16 characters'),
    TLS: expect.stringContaining('PEM'),
    'job queue': 'redis://127.0.0.1:1: cannot be reached: nothing answers there',
    'output blocked': expect.stringContaining('in-the-way'),
  })
})
