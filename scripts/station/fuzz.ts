/** `npx tsx scripts/station/fuzz.ts [COUNT] [SEED]`: requests that no honest client sends, to a station of its own process. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodePng } from '../../src/image/encode-image.ts'
import { createRandom } from '../../src/math/random.ts'
import { stripes } from '../../src/testing/striped-image.ts'
import { fuzzRequest, send } from './fuzz-requests.ts'
import { saveSmallModel } from './small-model.ts'
import { startStation } from './station-process.ts'

const [count = '5000', seed = '0'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'plumbline-fuzz-'))
const model = join(folder, 'small')
await saveSmallModel(model)
const station = await startStation([
  '--model',
  model,
  '--data',
  join(folder, 'data'),
  '--rate',
  '10000000',
  '--keep',
  'none',
  '--keep-maps',
  'none',
  '--keep-embeddings',
  'none',
  '--threads',
  '1',
])
try {
  const random = createRandom(Number(seed), 'fuzz')
  const picture = Buffer.from(await encodePng(stripes(1, true)))
  const port = Number(new URL(station.address).port)
  const memory = (): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${station.child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  const statuses: Record<string, number> = {}
  const wrong: string[] = []
  /** Beside the database, which has those that were pictures after all. */
  const lying = (): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.includes('records.db'))
      .sort()
  const before = lying()
  const start = memory()
  let peak = start
  for (let sent = 0; sent < Number(count); sent += 8) {
    const requests = Array.from({ length: 8 }, () => fuzzRequest(random, picture))
    const answers = await Promise.all(requests.map((request) => send(port, request, 30_000)))
    peak = Math.max(peak, memory())
    for (const [i, { kind, allowed }] of requests.entries()) {
      const status = answers[i] ?? null
      const key = `${kind} ${status ?? 'closed'}`
      statuses[key] = (statuses[key] ?? 0) + 1
      if (status !== null && !allowed.includes(status)) wrong.push(`${kind}: ${status}`)
    }
  }
  const ready = (await fetch(`${station.address}/health/ready`)).status
  const written = lying().filter((name) => !before.includes(name))
  console.log(
    JSON.stringify(
      { count: Number(count), ready, wrong, written, megabytes: { start, peak, end: memory() }, statuses },
      null,
      2,
    ),
  )
  if (wrong.length + written.length > 0 || ready !== 200) process.exitCode = 1
} finally {
  await station.stop()
  rmSync(folder, { recursive: true, force: true })
}
