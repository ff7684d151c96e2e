/** `serve --check`: everything that a station would need at its start, tried once, with what is missing and the way out. */

import { access, constants } from 'node:fs/promises'
import { createServer } from 'node:net'
import { createSecureContext } from 'node:tls'
import { InputError, PlumblineError, UsageError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { makeFolder } from '../files/make-folder.ts'
import { rememberFolder } from '../files/tidy-folder.ts'
import { makeRequest } from '../options/request.ts'
import { type ServeOptions, type ServeRequest, serveAsk } from '../options/requests/serve.ts'
import { type CheckedOutput, checkOutputs } from '../outputs/check-outputs.ts'
import { readOutputsConfig } from '../outputs/config/read-config.ts'
import { type FolderLock, lockFolder } from '../records/lock-folder.ts'
import { openRecords } from '../records/open-records.ts'
import { checkFleet } from '../run/fleet/check-fleet.ts'
import type { ReadinessCheck } from '../wire/serve/health.ts'
import { portError, readTls } from './listen.ts'
import { createKnownModels } from './models/known-models.ts'
import { checkSigningKey } from './models/signing-key.ts'
import type { StationSurroundings } from './open-station.ts'
import { readTokens } from './security/tokens.ts'

/** @throws {UsageError} Options that contradict each other. Everything else is a line of the answer. */
export async function checkStation(
  options: ServeOptions,
  around: Pick<StationSurroundings, 'now' | 'environment' | 'methods'>,
): Promise<readonly ReadinessCheck[]> {
  const request = await makeRequest(serveAsk, options)
  const checks: ReadinessCheck[] = []
  const check = async (name: string, work: () => Promise<string>): Promise<void> => {
    checks.push(await tried(name, work))
  }
  await checkModels(request, around, check)
  await checkRecords(request, around, check)
  await checkNetwork(request, check)
  if (request.outputs !== null) checks.push(...(await outputChecks(request.outputs, around)))
  const { jobQueue, jobStore, sign, trust } = request
  if (sign !== null)
    await check('signing key', async () => {
      await checkSigningKey(sign, trust)
      return trust === null ? 'jobs sign with it' : 'jobs sign with it, and its signatures are trusted'
    })
  if (jobQueue !== null) await check('job queue', () => checkFleet(jobQueue, jobStore))
  for (const [name, folder] of [
    ['watched folder', request.watch],
    ['runs', request.runs],
    ['datasets', request.datasets],
  ] as const)
    if (folder !== null) await check(name, () => readable(folder))
  return checks
}

type Check = (name: string, work: () => Promise<string>) => Promise<void>

async function tried(name: string, work: () => Promise<string>): Promise<ReadinessCheck> {
  const said = (ok: boolean, detail: string): ReadinessCheck => ({ name, ok, detail, about: null })
  try {
    return said(true, await work())
  } catch (error) {
    if (error instanceof PlumblineError) return said(false, error.message)
    if (isSystemError(error)) return said(false, systemReason(error))
    throw error
  }
}

async function checkModels(
  { model, models, trust }: ServeRequest,
  { methods = [] }: Pick<StationSurroundings, 'methods'>,
  check: Check,
): Promise<void> {
  const known = createKnownModels({ model, models, trust, methods })
  await check('models', async () => {
    await known.refresh()
    const ready = known.list().filter(({ state }) => state === 'ready')
    if (ready.length > 0) return `${ready.map(({ id }) => id).join(', ')}: verified`
    const [found] = known.list()
    throw new InputError(
      model ?? models ?? 'models',
      found === undefined
        ? 'holds no model: "plumbline train DATASET --out DIR" makes one'
        : `none can be used: ${found.reason ?? found.state}`,
    )
  })
  for (const { id, state, reason, card } of known.list()) {
    await check(`model ${id}`, async () => {
      if (state === 'broken') throw new UsageError(reason ?? 'it is broken')
      if (card?.threshold === null)
        throw new UsageError(
          'has no threshold: each request must name one, or train it with --threshold POLICY',
        )
      return card?.evaluated === null ? 'verified; nobody has evaluated models like it' : 'verified'
    })
  }
}

/** What is made for it is taken away again, while the lock keeps every station out. */
async function checkRecords(
  { data: folder, database }: ServeRequest,
  { now: clock }: Pick<StationSurroundings, 'now'>,
  check: Check,
): Promise<void> {
  const before = await rememberFolder(folder)
  let lock: FolderLock | undefined
  try {
    await check('data folder', async () => {
      await makeFolder(folder)
      lock = lockFolder(folder)
      return `${folder} can be written, and no station uses it`
    })
    // opening them brings those of an older version up to date: not while a station of that version writes them
    await check('records', async () => {
      if (lock === undefined) return 'not tried: the data folder is not to be had'
      const records = await openRecords({ folder, clock, ...(database !== null && { database }) })
      try {
        await records.upkeep.probe()
      } finally {
        await records.close()
      }
      return database === null ? 'the SQLite file takes records' : 'PostgreSQL takes records'
    })
  } finally {
    if (lock !== undefined) await before.tidy()
    lock?.release()
    await before.removeEmpty()
  }
}

async function checkNetwork(request: ServeRequest, check: Check): Promise<void> {
  const { host, port, tokenFile, tlsCert } = request
  await check('port', async () => {
    await listenOnce(host, port)
    return `${host}:${port} is free`
  })
  const warnings: string[] = []
  if (tokenFile !== null)
    await check('tokens', async () => {
      const { count } = await readTokens(tokenFile, (warning) => warnings.push(warning))
      if (warnings.length > 0) throw new UsageError(warnings.join('; '))
      return `${count} of them`
    })
  if (tlsCert !== null)
    await check('TLS', async () => {
      const tls = await readTls(request)
      try {
        createSecureContext(tls ?? {})
      } catch (cause) {
        throw new InputError(tlsCert, `does not work with its key: ${(cause as Error).message}`, { cause })
      }
      return 'certificate and key belong together'
    })
}

/** A line for the file, and one for each output that it names. */
async function outputChecks(
  path: string,
  { now, environment = {} }: Pick<StationSurroundings, 'now' | 'environment'>,
): Promise<ReadinessCheck[]> {
  let outputs: readonly CheckedOutput[] = []
  const file = await tried('outputs', async () => {
    const signal = AbortSignal.timeout(probeMs)
    outputs = await checkOutputs(await readOutputsConfig(path), { clock: now, environment, signal })
    return `${outputs.length} are configured`
  })
  return [
    file,
    ...outputs.map(({ name, ok, words }) => ({ name: `output ${name}`, ok, detail: words, about: null })),
  ]
}

const probeMs = 5000

/** @throws {UsageError} It is taken, or not of this machine. */
async function listenOnce(host: string, port: number): Promise<void> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw await portError(host, port, cause)
  }
  await new Promise((resolve) => server.close(resolve))
}

async function readable(folder: string): Promise<string> {
  await access(folder, constants.R_OK)
  return `${folder} can be read`
}
