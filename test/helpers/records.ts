/** What tests of records share: both databases, a clock that stands until it is moved, inspections made up. */
import { createHash } from 'node:crypto'
import { afterEach, describe } from 'vitest'
import { newInspectionId } from '../../src/records/new-id.ts'
import { openRecords } from '../../src/records/open-records.ts'
import type { KeepPolicy, RecordsOptions } from '../../src/records/options.ts'
import type { ImageFiles, Records } from '../../src/records/records.ts'
import type { Judged } from '../../src/wire/station/inspection.ts'
import { describeWithPostgres } from './postgres.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface TestClock {
  (): Date
  /** Moves it on. */
  pass(ms: number): void
}

export function testClock(start = '2026-11-29T10:00:00.000Z'): TestClock {
  let now = Date.parse(start)
  return Object.assign(() => new Date(now), {
    pass: (ms: number) => {
      now += ms
    },
  })
}

export const sha = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex')

let made = 0

/** A good part of one image, unless told otherwise. */
export function judged(clock: TestClock, given: Partial<Judged> = {}): Judged {
  const hash = given.imageHash ?? sha(`image ${made++}`)
  return {
    id: newInspectionId(clock()),
    time: clock().toISOString(),
    source: 'http',
    outcome: 'nominal',
    reason: null,
    part: null,
    lot: null,
    camera: null,
    capturedAt: null,
    idempotencyKey: null,
    model: { name: 'links', fingerprint: 'f'.repeat(64), preparation: null },
    score: 1.25,
    thresholdStored: 2,
    thresholdUsed: 2,
    band: 1.5,
    imageHash: hash,
    images: [{ hash, width: 640, height: 480, score: 1.25, regions: [] }],
    latency: { total: 40, queue: 1, decode: 9, infer: 30 },
    shadowOf: null,
    ...given,
  }
}

/** Pictures that no decoder would take, but that have their own bytes. */
export function imageFiles(text: string): ImageFiles {
  return {
    picture: Buffer.concat([Buffer.from('ffd8ff', 'hex'), Buffer.from(text)]),
    map: Buffer.from(`map of ${text}`),
    embedding: Float32Array.from([1.5, -2, text.length]),
  }
}

export const keepAll: KeepPolicy = {
  pictures: 'all',
  maps: 'all',
  embeddings: 'all',
  maxAgeDays: null,
  maxBytes: null,
}
export const noSampling = { everyPart: 0, nominal: 0, anomalous: 0, review: 1 }

export interface Opened {
  readonly records: Records
  readonly clock: TestClock
  readonly options: RecordsOptions
}

type Body = (open: (given?: Partial<RecordsOptions>) => Promise<Opened>, kind: 'sqlite' | 'postgres') => void

/** The same tests for both; `open` gives new records, closed after each test. */
export const describeRecords = (title: string, body: Body): void => describeWays(title, body, false)

/** Also with a process that reads SQLite, which each test starts. */
export const describeRecordsAndReads = (title: string, body: Body): void => describeWays(title, body, true)

function describeWays(title: string, body: Body, isReadBeside: boolean): void {
  const opened: Records[] = []
  const open =
    (database: () => Promise<string | undefined>, readsBeside = false) =>
    async (given: Partial<RecordsOptions> = {}): Promise<Opened> => {
      const clock = testClock()
      const address = given.database ?? (await database())
      const options: RecordsOptions = {
        ...{ folder: temporaryFolder(), clock, sampling: noSampling, readsBeside },
        ...(address === undefined ? {} : { database: address }),
        ...given,
      }
      const records = await openRecords(options)
      opened.push(records)
      return { records, clock, options }
    }
  const closeAll = async (): Promise<void> => {
    for (const records of opened.splice(0)) await records.close()
  }
  describe(`${title} in SQLite`, () => {
    afterEach(closeAll)
    body(
      open(async () => undefined),
      'sqlite',
    )
  })
  if (isReadBeside)
    describe(`${title} in SQLite, read by a process beside`, () => {
      afterEach(closeAll)
      body(
        open(async () => undefined, true),
        'sqlite',
      )
    })
  describeWithPostgres(`${title} in PostgreSQL`, (server) => {
    afterEach(closeAll)
    body(
      open(() => server().newDatabase()),
      'postgres',
    )
  })
}
