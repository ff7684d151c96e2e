/** A station from its options to an open port, and from there to its orderly end. */
import { basename, join, resolve } from 'node:path'
import type { DetectorMethod } from '../detector/detector.ts'
import { makeFolder } from '../files/make-folder.ts'
import { makeRequest } from '../options/request.ts'
import { type ServeOptions, type ServeRequest, serveAsk } from '../options/requests/serve.ts'
import { readOutputsConfig } from '../outputs/config/read-config.ts'
import type { OutputEvent } from '../outputs/contract.ts'
import { type Outputs, openOutputs } from '../outputs/open-outputs.ts'
import { lockFolder } from '../records/lock-folder.ts'
import { newInspectionId } from '../records/new-id.ts'
import { openRecords } from '../records/open-records.ts'
import type { KeepPolicy } from '../records/options.ts'
import type { Records } from '../records/records.ts'
import type { StationEvent } from '../wire/station/event.ts'
import { createApp } from './app.ts'
import { createBackground } from './background.ts'
import type { Context } from './context.ts'
import { createDriftService } from './drift/drift-service.ts'
import { createEventHub, type EventHub } from './events/event-hub.ts'
import { createInspectPart, type InspectPart } from './inspection/inspect-part.ts'
import { createLine } from './inspection/line.ts'
import { createPreparer } from './inspection/prepare-beside.ts'
import { createTurns } from './inspection/turns.ts'
import type { JobFolders } from './jobs/job-folders.ts'
import { openJobQueue } from './jobs/job-queue.ts'
import { localExecutor } from './jobs/local-executor.ts'
import { listen, readTls } from './listen.ts'
import { createLog, type Log } from './log.ts'
import { createMetrics } from './metrics.ts'
import { createKnownModels } from './models/known-models.ts'
import { openShelf } from './models/shelf.ts'
import { checkSigningKey } from './models/signing-key.ts'
import { createThresholds } from './models/thresholds.ts'
import { addOutputMetrics } from './output-metrics.ts'
import { readinessOf } from './readiness.ts'
import { createRecorder } from './recording/recorder.ts'
import { createRunFolders } from './runs/run-folders.ts'
import type { App } from './schemas.ts'
import { createSessions, sessionKey } from './security/session.ts'
import { readTokens } from './security/tokens.ts'
import { stationStateOf } from './station-state.ts'
import { createUndo } from './undo.ts'
import { startUpkeep } from './upkeep.ts'
import { type FolderWatch, watchFolder } from './watch/watch-folder.ts'

export interface StationSurroundings {
  readonly now: () => Date
  /** Takes lines of the log. */
  readonly log: (line: string) => void
  readonly isQuiet: boolean
  /** Talk for whoever started it. */
  readonly note: (message: string) => void
  /** Where secrets of outputs may stand; default none. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Detectors of one's own that models may be of. */
  readonly methods?: readonly DetectorMethod[]
}

export interface Station {
  /** E.g. `http://127.0.0.1:8480`. */
  readonly address: string
  /** For tests, which ask without a network. */
  readonly app: App
  readonly context: Context
  /** Null where no folder is watched. */
  readonly watch: FolderWatch | null
  /** Answers what has been asked, refuses what comes, then gives everything back. May be called twice. */
  close(): Promise<void>
}

/**
 * @throws {UsageError} Options that contradict each other, or a port in use. @throws {InputError} Files that cannot be read.
 * @throws {StorageError} Another station has the folder; the database. @throws {ModelError} The model.
 */
export async function openStation(options: ServeOptions, around: StationSurroundings): Promise<Station> {
  const request = await makeRequest(serveAsk, options)
  const { now, note, methods = [] } = around
  const undo = createUndo()
  try {
    const tokens = request.tokenFile === null ? null : await readTokens(request.tokenFile, note)
    const tls = await readTls(request)
    if (request.sign !== null) await checkSigningKey(request.sign, request.trust)
    await makeFolder(request.data)
    const lock = lockFolder(request.data)
    undo.add(() => lock.release())
    const sessions = createSessions(await sessionKey(join(request.data, 'session-key')))
    const log = createLog(around.log, around.isQuiet, now)
    const keep = keepOf(request)
    const records = await openRecordsOf(request, keep, now)
    undo.add(() => records.close())
    const events = createEventHub()
    const tell = (event: Omit<Extract<StationEvent, { kind: 'state' }>, 'kind' | 'at'>): void =>
      events.tell({ kind: 'state', at: now().toISOString(), ...event })
    const background = createBackground((what, error) =>
      log.error({ what, stack: (error as Error).stack }, 'failed behind the scenes'),
    )
    undo.add(() => background.settled()) // what the outputs leave when they close
    const outputs = await outputsOf(request, records, around, (event) => {
      tellOutput(event, log, tell)
      if (event.kind === 'dead-letter')
        background.run('a letter that was given up', () => tellDeadLetter(event.letter, records, events, now))
    })
    undo.add(() => outputs?.close())
    outputs?.show({ phase: 'starting', model: null, underWay: 0, takes: false, reason: null })
    const recorder = createRecorder(records, (trouble) => {
      if (trouble !== null) log.error({ reason: trouble }, 'records cannot be written')
      tell({ what: 'records', name: 'records', state: trouble === null ? 'up' : 'down', detail: trouble })
    })

    const known = createKnownModels({
      model: request.model,
      models: request.models,
      trust: request.trust,
      methods,
    })
    const thresholds = createThresholds(records.proposals)
    const drift = createDriftService(records.notes)
    undo.add(() => drift.save())
    const shelf = await openShelf({
      known,
      start: request.model === null ? null : { path: request.model, id: basename(resolve(request.model)) },
      statePath: join(request.data, 'models.json'),
      open: {
        ...{ device: request.device, threads: request.threads, trust: request.trust, methods },
        embeddings: keep.embeddings !== 'none',
      },
      async onLoad({ fingerprint }) {
        await thresholds.refresh(fingerprint)
        await drift.load(fingerprint)
      },
      takesTrained: request.trust === null || request.sign !== null,
      note,
    })
    undo.add(() => shelf.close())

    const jobFolders: JobFolders = {
      ...{ own: join(request.data, 'datasets'), datasets: request.datasets },
      ...{ runs: request.runs, models: request.models },
    }
    const jobs = await openJobQueue({
      ...{ notes: records.notes, folders: jobFolders, executor: localExecutor, now },
      sign: request.sign,
      workers: request.jobQueue === null ? null : { queue: request.jobQueue, store: request.jobStore },
      newId: () => newInspectionId(now()),
      tell: (event) => events.tell(event),
      warn: (message) => log.error({ message }, 'job'),
    })
    undo.add(() => jobs.stop())

    let isEnding = false
    let watch: FolderWatch | null = null
    const readiness = () => readinessOf(shelf, recorder, isEnding)
    undo.add(() => background.settled())
    const show = (): void => outputs?.show(stationStateOf(shelf, line, isEnding))
    const bytes = Math.max(256 * 2 ** 20, request.maxBytes)
    const line = createLine({ places: request.queue, bytes, onChange: show })
    const turns = createTurns()
    const preparer = createPreparer(request.threads, () => turns.isTaken)
    undo.add(() => preparer.close())
    // pictures of datasets: those it was given, and those it exports, whose pictures it keeps
    const given = request.datasets === null ? [] : [request.datasets]
    const shown = [...given, jobFolders.own, join(request.data, 'pictures')]
    const context: Context = {
      ...{ shelf, line, turns, preparer, thresholds, outputs, events, background, log, now },
      ...{ drift, jobs, jobFolders, watch: () => watch?.state() ?? null },
      ...{ folder: request.data, runs: createRunFolders(request.runs, shown) },
      ...{ records, recorder, keep, readiness, access: { tokens, sessions, now } },
      limits: { bodyBytes: request.maxBytes, pixels: request.maxPixels, verdictMs: request.timeout },
      metrics: createMetrics(
        () => line.held,
        () => readiness().ready,
      ),
    }
    if (outputs !== null) addOutputMetrics(context.metrics.registry, outputs)
    const inspectPart = createInspectPart(context)
    const app = await createApp(context, inspectPart, { tls, ratePerMinute: request.rate })
    undo.add(() => closeApp(app))
    const upkeep = startUpkeep(context, known)
    undo.add(() => {
      isEnding = true
      show()
      return upkeep.stop()
    })
    const address = await listen(app, request)
    if (request.watch !== null) watch = await watchOf(request, request.watch, context, inspectPart)
    undo.add(() => watch?.stop())
    return { address, app, context, watch, close: () => undo.run() }
  } catch (error) {
    await undo.run()
    throw error
  }
}

/** Connections that are kept open for further requests end with the request that they carry. */
async function closeApp(app: App): Promise<void> {
  const closing = setInterval(() => app.server.closeIdleConnections(), 100)
  try {
    await app.close()
  } finally {
    clearInterval(closing)
  }
}

function watchOf(
  { watchOut: out, watchMove: move, watchParts: partPattern, watchSettle: settleMs }: ServeRequest,
  folder: string,
  context: Context,
  inspectPart: InspectPart,
): Promise<FolderWatch> {
  return watchFolder({ folder, out, move, partPattern, settleMs }, context, inspectPart)
}

function openRecordsOf(
  { data, database, flush }: ServeRequest,
  keep: KeepPolicy,
  clock: () => Date,
): Promise<Records> {
  return openRecords({
    ...{ folder: data, clock, keep, isFlushed: flush, readsBeside: true },
    ...(database !== null && { database }),
  })
}

function keepOf({ keep, keepMaps, keepEmbeddings, keepDays, keepGigabytes }: ServeRequest): KeepPolicy {
  const rules = { all: 'all', rejected: 'rejected-and-review', none: 'none' } as const
  return {
    ...{ pictures: rules[keep], maps: rules[keepMaps], embeddings: rules[keepEmbeddings] },
    ...{ maxAgeDays: keepDays, maxBytes: keepGigabytes * 1e9 },
  }
}

async function outputsOf(
  { outputs }: ServeRequest,
  { outbox }: Records,
  { now, environment = {} }: StationSurroundings,
  log: (event: OutputEvent) => void,
): Promise<Outputs | null> {
  if (outputs === null) return null
  const seed = now().getTime()
  return openOutputs(await readOutputsConfig(outputs), { outbox, clock: now, seed, environment, log })
}

async function tellDeadLetter(
  id: number,
  { outbox }: Records,
  events: EventHub,
  now: () => Date,
): Promise<void> {
  const found = await outbox.find(id)
  if (found === undefined) return // deleted meanwhile, with its inspection
  const { payload: _, ...letter } = found
  events.tell({ kind: 'dead-letter', at: now().toISOString(), letter })
}

function tellOutput(
  event: OutputEvent,
  log: Log,
  tell: (event: Omit<Extract<StationEvent, { kind: 'state' }>, 'kind' | 'at'>) => void,
): void {
  log.warn(event, 'output')
  if (event.kind === 'state')
    tell({ what: 'output', name: event.output, state: event.state, detail: event.reason })
}
