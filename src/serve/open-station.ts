/** A station from its options to an open port, and from there to its orderly end. */
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { basename, join, resolve } from 'node:path'
import type { DetectorMethod } from '../detector/detector.ts'
import { InputError, UsageError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { makeFolder } from '../files/make-folder.ts'
import { makeRequest } from '../options/request.ts'
import { type ServeOptions, type ServeRequest, serveAsk } from '../options/requests/serve.ts'
import type { Readiness } from '../wire/serve/health.ts'
import { createApp } from './app.ts'
import type { Context } from './context.ts'
import { createLine } from './inspection/line.ts'
import { createTurns } from './inspection/turns.ts'
import { createLog } from './log.ts'
import { createMetrics } from './metrics.ts'
import { createKnownModels } from './models/known-models.ts'
import { openShelf } from './models/shelf.ts'
import type { App } from './schemas.ts'
import { createSessions, sessionKey } from './security/session.ts'
import { readTokens } from './security/tokens.ts'

export interface StationSurroundings {
  readonly now: () => Date
  /** Takes lines of the log. */
  readonly log: (line: string) => void
  readonly isQuiet: boolean
  /** Talk for whoever started it. */
  readonly note: (message: string) => void
  /** Detectors of one's own that models may be of. */
  readonly methods?: readonly DetectorMethod[]
}

export interface Station {
  /** E.g. `http://127.0.0.1:8480`. */
  readonly address: string
  /** For tests, which ask without a network. */
  readonly app: App
  readonly context: Context
  /** Answers what has been asked, refuses what comes, then gives everything back. May be called twice. */
  close(): Promise<void>
}

/** How often the folder of models is looked at. */
const lookMs = 2000

/**
 * @throws {UsageError} Options that contradict each other, or a port in use. @throws {InputError} Files that cannot be read.
 * @throws {ModelError} The model.
 */
export async function openStation(options: ServeOptions, around: StationSurroundings): Promise<Station> {
  const request = await makeRequest(serveAsk, options)
  await makeFolder(request.data)
  const { now, note, methods = [] } = around
  const tokens = request.tokenFile === null ? null : await readTokens(request.tokenFile, note)
  const tls = await readTls(request)
  const sessions = createSessions(await sessionKey(join(request.data, 'session-key')))
  const known = createKnownModels({ model: request.model, models: request.models, methods })
  const shelf = await openShelf({
    known,
    start: request.model === null ? null : { path: request.model, id: basename(resolve(request.model)) },
    statePath: join(request.data, 'models.json'),
    open: { device: request.device, threads: request.threads, methods },
    note,
  })
  let isEnding = false
  const readiness = (): Readiness => {
    const { active } = shelf.inUse()
    const checks = [
      {
        name: 'model',
        ok: active !== null,
        detail: active === null ? 'no model is active' : `${active} is warm`,
      },
      { name: 'station', ok: !isEnding, detail: isEnding ? 'it is being shut down' : 'it takes requests' },
    ]
    return { ready: checks.every(({ ok }) => ok), checks }
  }
  const line = createLine({ places: request.queue, bytes: Math.max(256 * 2 ** 20, request.maxBytes) })
  const context: Context = {
    shelf,
    line,
    turns: createTurns(),
    limits: { bodyBytes: request.maxBytes, pixels: request.maxPixels, verdictMs: request.timeout },
    metrics: createMetrics(
      () => line.held,
      () => readiness().ready,
    ),
    log: createLog(around.log, around.isQuiet, now),
    access: { tokens, sessions, now },
    now,
    readiness,
  }
  const app = await createApp(context, { tls, ratePerMinute: request.rate })
  const looking = setInterval(() => {
    known
      .refresh()
      .catch((error: Error) => context.log.warn({ reason: error.message }, 'models cannot be looked at'))
  }, lookMs)
  looking.unref()

  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    isEnding = true
    clearInterval(looking)
    await app.close()
    await shelf.close()
  }
  try {
    const address = await listen(app, request)
    return {
      ...{ address, app, context },
      close() {
        closing ??= close()
        return closing
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** @throws {UsageError} The port is in use, or the address is not of this machine. */
async function listen(app: App, { host, port, tlsCert }: ServeRequest): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    const reasons: Readonly<Record<string, string>> = {
      EADDRINUSE: `port ${port} of ${host} is in use: name another with --port N, or end what listens there`,
      EACCES: `port ${port} may not be opened: ports below 1024 take more rights, name another with --port N`,
      EADDRNOTAVAIL: `${host} is no address of this machine`,
      ENOTFOUND: `${host} is no address that is known`,
    }
    throw new UsageError(reasons[cause.code ?? ''] ?? `${host}:${port}: ${systemReason(cause)}`, { cause })
  }
  const { port: open } = app.server.address() as AddressInfo
  const name = host.includes(':') ? `[${host}]` : host
  return `${tlsCert === null ? 'http' : 'https'}://${name}:${open}`
}

/** @throws {InputError} A file cannot be read. */
async function readTls({
  tlsCert,
  tlsKey,
}: ServeRequest): Promise<{ readonly cert: string; readonly key: string } | null> {
  if (tlsCert === null || tlsKey === null) return null
  const [cert, key] = await Promise.all([readPem(tlsCert), readPem(tlsKey)])
  return { cert, key }
}

async function readPem(path: string): Promise<string> {
  try {
    const pem = await readFile(path, 'utf8')
    if (pem.includes('-----BEGIN ')) return pem
    throw new InputError(path, 'is not in PEM form: it has no line "-----BEGIN ..."')
  } catch (cause) {
    if (isSystemError(cause)) throw new InputError(path, systemReason(cause), { cause })
    throw cause
  }
}
