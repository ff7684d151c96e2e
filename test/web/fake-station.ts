/** Answers the page as the station would, from records that the schemas have checked; what it was told is kept to be looked at. */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import type { z } from 'zod'
import { promiseOf } from '../../src/evaluate/line-promise.ts'
import type { RunImage } from '../../src/wire/serve/runs.ts'
import type { DriftStatus } from '../../src/wire/station/drift.ts'
import type { stationEventSchema } from '../../src/wire/station/event.ts'
import { type StationInspection, stationInspectionSchema } from '../../src/wire/station/inspection.ts'
import type { ShadowTally } from '../../src/wire/station/shadow-comparison.ts'

export interface Told {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

export interface FakeStation {
  readonly address: string
  readonly told: readonly Told[]
  /** Answers in place of the usual ones, by `METHOD path`. */
  readonly answers: Map<string, (told: Told) => unknown>
  readonly tell: (event: z.input<typeof stationEventSchema>) => void
  /** Pages that hear it. */
  readonly listeners: () => number
  /** While false it drops every connection, like a station that is gone. */
  up(isUp: boolean): void
  close(): Promise<void>
}

/** A status other than 200, with its problem document. */
export class Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  constructor(status: number, code: string, detail: string) {
    this.status = status
    this.code = code
    this.detail = detail
  }
}

/** @param n - From 0; sorts by time. */
export function anInspection(n: number, change: Partial<StationInspection> = {}): StationInspection {
  const hash = n.toString(16).padStart(64, '0')
  return stationInspectionSchema.parse({
    id: (n + 1).toString(16).padStart(32, '0'),
    time: new Date(Date.UTC(2026, 0, 1) + n * 3000).toISOString(),
    source: 'http',
    outcome: 'nominal',
    reason: null,
    part: `L-${1000 + n}`,
    lot: 'lot-7',
    camera: 'top',
    capturedAt: null,
    idempotencyKey: null,
    model: { name: 'links', fingerprint: 'f00d', preparation: null },
    score: 1 + (n % 10) / 10,
    thresholdStored: 2,
    thresholdUsed: 2,
    band: 1.8,
    imageHash: hash,
    images: [{ hash, width: 640, height: 512, score: 1.1, regions: [] }],
    latency: { total: 48, queue: 1, decode: 12, infer: 34 },
    shadowOf: null,
    recorded: true,
    kept: [{ picture: true, map: false, embedding: false }],
    review: null,
    correction: null,
    ...change,
  })
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** As strict as the station's. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; media-src 'self' blob:; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"

/** A ring on grey. */
const picture =
  '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="512"><rect width="640" height="512" fill="#99a"/><circle cx="320" cy="256" r="150" fill="none" stroke="#556" stroke-width="40"/></svg>'

/** A heat map of the middle of {@link picture}. */
const square =
  '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><rect x="8" y="8" width="240" height="240" fill="#a52"/></svg>'

/** @param root - Folder of the built page. */
export async function startFakeStation(root: string): Promise<FakeStation> {
  const told: Told[] = []
  const answers = new Map<string, (told: Told) => unknown>()
  const streams = new Set<ServerResponse>()
  let isUp = true

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isUp) {
      request.socket.destroy()
      return
    }
    const { pathname: path } = new URL(request.url ?? '/', 'http://station')
    if (path === '/v1/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n')
      streams.add(response)
      response.on('close', () => streams.delete(response))
      return
    }
    if (
      /\/(picture|thumbnail|map\.png)$|\/(maps|masks|photographs|thumbnails)\/./.test(path) &&
      !answers.has(`GET ${path}`)
    ) {
      response
        .writeHead(200, { 'content-type': 'image/svg+xml' })
        .end(/\/cropped\/maps\//.test(path) ? square : picture)
      return
    }
    if (/^\/(v1|health)\//.test(path)) {
      const now: Told = { method: request.method ?? 'GET', path, body: await bodyOf(request) }
      told.push(now)
      const given = (answers.get(`${now.method} ${path}`) ?? usual(now))?.(now)
      const found = given === undefined ? new Problem(404, 'NOT_FOUND', `nothing at ${path}`) : given
      const status =
        found instanceof Problem ? found.status : path === '/health/ready' && !isReady(found) ? 503 : 200
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(found))
      return
    }
    const file = await readFile(join(root, path === '/' ? 'index.html' : path)).catch(() => undefined)
    const type = types[extname(path === '/' ? 'index.html' : path)] ?? 'application/octet-stream'
    response
      .writeHead(file ? 200 : 404, { 'content-type': type, 'content-security-policy': policy })
      .end(file)
  }
  const server: Server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    told,
    answers,
    tell: (event) => {
      for (const stream of streams) stream.write(`data: ${JSON.stringify(event)}\n\n`)
    },
    listeners: () => streams.size,
    up: (now) => {
      isUp = now
      if (!now) for (const stream of streams) stream.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

const isReady = (answer: unknown): boolean => (answer as { readonly ready: boolean }).ready

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  if (request.headers['content-type'] !== 'application/json') return bytes
  return bytes.length === 0 ? undefined : JSON.parse(bytes.toString('utf8'))
}

const all = Array.from({ length: 300 }, (_, n) =>
  anInspection(299 - n, {
    outcome: n % 17 === 1 ? 'anomalous' : n % 11 === 1 ? 'review' : 'nominal',
    ...(n === 0 ? { part: '<img src=x onerror=alert(1)>' } : {}),
  }),
)

const tally = (change: Partial<ShadowTally>): ShadowTally => ({
  ...{ nominal: 0, anomalous: 0, activeEscapes: 0, shadowEscapes: 0, activeOverkill: 0, shadowOverkill: 0 },
  ...{ onlyActive: 0, onlyShadow: 0, ...change },
})

/** Of a station that has seen something. */
function usual({ path }: Told): (() => unknown) | undefined {
  const fixed: Readonly<Record<string, unknown>> = {
    '/v1/session': { name: 'local', role: 'admin', needsToken: false },
    '/health/ready': {
      ready: true,
      checks: [{ name: 'model', ok: true, detail: 'links is warm', about: 'links' }],
    },
    '/v1/watch': { folder: '/line/in', trouble: null, waiting: 3 },
    '/v1/outputs': {
      outputs: [
        {
          ...{
            name: 'plc',
            type: 'mqtt',
            state: 'down',
            breaker: 'open',
            underWay: 0,
            delivered: 4,
            failures: 9,
          },
          ...{ dead: 1, toldOnce: 0, toldLost: 0, lagMs: 12, lastDelivered: '2026-01-01T00:00:00.000Z' },
          ...{ lastError: 'the broker refused the connection', waiting: 5, deadLetters: 1 },
        },
      ],
      orphans: {},
    },
    '/v1/letters': [
      {
        ...{ id: 9, target: 'plc', kind: 'inspection', payload: {}, inspection: all[3]?.id, attempts: 12 },
        ...{ createdAt: '2026-01-01T00:00:00.000Z', dueAt: '2026-01-01T00:00:00.000Z', state: 'dead' },
        lastError: 'refused: <b>no such topic</b>',
      },
    ],
    '/v1/tallies': [
      {
        from: '2026-01-01T00:00:00.000Z',
        camera: 'top',
        model: 'f00d',
        counts: { nominal: 280, anomalous: 12, review: 8 },
      },
    ],
    '/v1/facets': {
      lots: ['lot-7'],
      cameras: ['top'],
      kinds: ['crack'],
      models: [{ name: 'links', fingerprint: 'f00d' }],
    },
    '/v1/inspections': { inspections: all.slice(0, 100), next: null },
    '/v1/review/count': { count: 2, atLeast: false },
    '/v1/review/rules': [
      {
        id: 1,
        rule: { everyPart: 0.01, nominal: 0.02, anomalous: 0.2, review: 1 },
        from: '2026-01-01T00:00:00.000Z',
        by: null,
      },
    ],
    '/v1/review/next': null,
    '/v1/models': {
      active: 'links',
      shadow: null,
      ...{ previous: null, takesTrained: false },
      models: [
        {
          id: 'links',
          state: 'ready',
          reason: null,
          use: 'active',
          fingerprint: 'f00d',
          changed: false,
          card: {
            detector: { id: 'patchcore' },
            backbone: { id: 'plumb-s' },
            input: { width: 256, height: 192, fit: 'pad' },
            threshold: { value: 2, review: 1.8 },
            evaluated: null,
          },
        },
      ],
    },
    '/v1/scores': all.map(({ id, score, outcome }, i) => ({
      id,
      score,
      outcome,
      label: i % 10 === 0 ? 'nominal' : null,
      selection: i % 10 === 0 ? 'random' : null,
    })),
    '/v1/proposals': [],
    '/v1/runs': ['a', 'b'].map((id) => ({
      id,
      createdAt: '2026-01-01T00:00:00.000Z',
      detector: 'patchcore',
      backbone: 'plumb-s',
      dataset: '/data/links',
      images: { nominal: 80, anomalous: 20 },
      folds: 5,
      auroc: 0.97,
      ...{ findings: 1 },
    })),
    '/v1/runs/a/images': runImages,
    '/v1/runs/a/outlines/bad/1.png': { width: 64, height: 51, outline: 'M10 10L30 10L30 25L10 25Z' },
    '/v1/comparisons': {
      a: 'a',
      b: 'b',
      folds: 5,
      leak: null,
      verdict: 'The difference cannot be told from chance.',
      figures: Object.fromEntries(
        ['auroc', 'balancedAccuracy', 'escapeRate', 'overkillRate'].map((name) => [
          name,
          { a: 0.97, b: 0.96, mean: 0.01, sd: 0.01, ci: [-0.01, 0.03], isDistinguishable: false },
        ]),
      ),
    },
    '/v1/comparisons/disagreements': [
      { image: 'good/1.png', label: 'nominal', fold: 0, rightA: 1, rightB: 0.2 },
    ],
    '/v1/datasets': [{ name: 'decided', exported: true }],
    '/v1/jobs': [
      {
        id: 'job-1',
        job: { kind: 'train', dataset: 'decided', name: 'next' },
        by: 'ada',
        state: 'running',
        createdAt: '2026-01-01T00:00:00.000Z',
        startedAt: '2026-01-01T00:00:01.000Z',
        endedAt: null,
        starts: 1,
        progress: {
          label: 'Features',
          unit: 'images',
          done: 12,
          total: 80,
          detail: '2 workers, 31 images/s',
        },
        manners: { threads: 1, niceness: 10 },
        result: null,
        error: null,
      },
    ],
    '/v1/models/shadow/comparison': {
      ...{ active: 'links', shadow: 'next', judged: 40, agree: 38, pValue: 0.5, isDistinguishable: false },
      random: tally({ nominal: 12, anomalous: 2, activeOverkill: 2, onlyShadow: 2 }),
      byScore: tally({ nominal: 1, anomalous: 3 }),
      apart: all.slice(1, 3).map(({ id, part }) => ({
        ...{ part, label: 'nominal', selection: 'random' },
        active: { id, verdict: 'anomalous', score: 2.2 },
        shadow: { id: id.replace(/^0/, 'f'), verdict: 'nominal', score: 1.1 },
      })),
    },
    '/v1/drift': drifted,
    '/v1/drift/points': [0, 20, 40].map((part) => ({
      ...{ at: '2026-01-01T08:00:00.000Z', part, evidence: { brightness: part / 10, sharpness: 0.2 } },
    })),
    '/v1/promise': promised,
  }
  if (Object.hasOwn(fixed, path)) return () => fixed[path]
  const ofRun = /^\/v1\/runs\/(a|cropped)\/images\/(.+)$/.exec(path)
  if (ofRun !== null) {
    const found = runImages.find(({ image }) => image === decodeURIComponent(ofRun[2] ?? ''))
    return () => found && { ...found, mapped: ofRun[1] === 'a' ? 'all' : 'middle' }
  }
  const one = /^\/v1\/inspections\/([0-9a-f]{32})$/.exec(path)
  if (one !== null) return () => all.find(({ id }) => id === one[1])
  if (/\/corrections$/.test(path)) return () => []
  return
}

/** Light has faded; the second alarm is of an earlier version, which kept its sentence alone. */
const drifted: DriftStatus = {
  reference: {
    ...{ parts: 200, needed: 200 },
    ...{ from: '2026-01-01T06:00:00.000Z', to: '2026-01-01T07:00:00.000Z' },
  },
  ...{ model: 'f'.repeat(64), parts: 40, alpha: 0.01, assumption: 'any order would be as likely' },
  statistics: (['brightness', 'sharpness'] as const).map((name) => ({
    ...{ name, group: name === 'brightness' ? 'light' : 'focus', alarmLevel: 3.1 },
    ...(name === 'brightness' ? { evidence: 4, highest: 4 } : { evidence: 0.2, highest: 0.4 }),
    ...{ referenceMedian: 1157, recentMedian: 1046.55 },
  })),
  alarms: [
    {
      ...{ at: '2026-01-01T08:00:00.000Z', part: 31, statistic: 'brightness', group: 'light' },
      ...{ evidence: 3.2, alpha: 0.01, words: 'Pictures are darker (…).' },
      figures: { usual: 1157, recent: 1046.55, decimals: 1 },
    },
    {
      ...{ at: '2026-01-01T08:01:00.000Z', part: 33, statistic: 'contrast', group: 'light' },
      ...{ evidence: 3.2, alpha: 0.01, words: 'Pictures are flatter (…).', figures: null },
    },
  ],
}

const strata = (['nominal', 'anomalous'] as const).map((verdict) => ({
  ...{ verdict, rule: 1, judged: verdict === 'nominal' ? 1900 : 100, chosen: verdict === 'nominal' ? 0 : 20 },
  ...(verdict === 'nominal'
    ? { nominal: 0, anomalous: 0, unsure: 0 }
    : { nominal: 3, anomalous: 15, unsure: 2 }),
}))
const promised = promiseOf({ model: 'f'.repeat(64), from: null, to: null, strata, card: null })

/** The highest score first: 30 defective ones, of which a fold misses every tenth, and 300 good ones. */
const runImages = Array.from({ length: 330 }, (_, i): RunImage => {
  const isBad = i < 30
  const isMissed = i % 10 === 9
  return {
    image: isBad ? `bad/${i + 1}.png` : `good/${i - 29}.png`,
    ...{ part: '', label: isBad ? 'anomalous' : 'nominal', defect: isBad ? (i % 2 ? 'dent' : 'crack') : '' },
    ...{ score: 3 - i / 120, right: isBad && isMissed ? 0.5 : 1 },
    judged: [0, 1].map((fold) => ({
      ...{ fold, score: 3 - i / 120 },
      decision: isBad && !(isMissed && fold === 1) ? 'anomalous' : 'nominal',
    })),
  }
})
