/** The station that `killed.test.ts` kills: over HTTP, with records and a webhook, and a model that is quick. Says where it answers. */
import { writeSync } from 'node:fs'
import { openStation } from '../../src/serve/open-station.ts'
import { meanGrey } from '../inspect/fake-detector.ts'

export interface KilledStationOrder {
  readonly model: string
  readonly data: string
  readonly outputs: string
  readonly database: string | null
}

const { database, ...order }: KilledStationOrder = JSON.parse(process.argv[2]!)
const station = await openStation(
  { ...order, port: 0, threads: 1, ...(database !== null && { database }) },
  {
    now: () => new Date(),
    log() {},
    isQuiet: true,
    note() {},
    environment: { SECRET: Buffer.alloc(32, 1).toString('base64') },
    methods: [meanGrey],
  },
)
writeSync(1, `${station.address}\n`)
process.once('SIGTERM', () => void station.close().then(() => process.exit(0)))
