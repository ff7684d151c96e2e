/**
 * The part of a station that `killed.test.ts` kills: records inspections and tells them, as fast as it can, and says of each that it is
 * acknowledged. With `drain` it records nothing and ends when the outbox is empty.
 */
import { writeSync } from 'node:fs'
import { parseOutputsConfig } from '../../src/outputs/config/read-config.ts'
import { openOutputs } from '../../src/outputs/open-outputs.ts'
import { newInspectionId } from '../../src/records/new-id.ts'
import { openRecords } from '../../src/records/open-records.ts'
import { sampleJudged } from './sample-judged.ts'

export interface KillOrder {
  readonly folder: string
  readonly database: string | null
  /** Of the webhook. */
  readonly url: string
  readonly drain: boolean
}

const { folder, database, url, drain }: KillOrder = JSON.parse(process.argv[2]!)
const clock = (): Date => new Date()
const records = await openRecords({ folder, clock, ...(database !== null && { database }) })
const config = parseOutputsConfig(
  { outputs: [{ type: 'webhook', name: 'mes', url, secret: { env: 'SECRET' } }] },
  'outputs.json',
)
const outputs = await openOutputs(
  { config, path: 'outputs.json', folder },
  {
    outbox: records.outbox,
    clock,
    seed: 1,
    environment: { SECRET: Buffer.alloc(32, 1).toString('base64') },
    log() {},
    backOff: { firstMs: 5, longestMs: 40 },
  },
)

if (drain) {
  while (((await records.outbox.counts()).mes?.waiting ?? 0) > 0)
    await new Promise((resolve) => setTimeout(resolve, 20))
  await outputs.close()
  await records.close()
} else {
  for (let number = 0; ; number++) {
    const time = clock()
    const judged = sampleJudged(number, { id: newInspectionId(time), time: time.toISOString() })
    await records.inspections.record({ judged, files: [], letters: outputs.lettersFor(judged) })
    writeSync(1, `${judged.id}\n`)
    outputs.wake()
  }
}
