/**
 * Workers are killed (kill -9) 20 times at random during an evaluation, and the server of the queue 5 times; then the bytes are compared
 * with those of one process.
 *
 *     npx tsx scripts/fleet/kill-workers.ts [redis|postgres] [DATASET] [FOLDS]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evaluateDataset, simulateDataset } from '../../src/pipeline.ts'
import { startPostgres } from '../../test/helpers/postgres.ts'
import { startRedis } from '../../test/helpers/redis.ts'
import { countRecorded, killRun, lastingBytes } from './kill-run.ts'

const [kind = 'redis', named, folds = '16'] = process.argv.slice(2)
const home = mkdtempSync(join(tmpdir(), 'plumbline-kill-'))
const dataset = named ?? join(home, 'parts')
if (named === undefined) {
  await simulateDataset({
    out: dataset,
    parts: 60,
    defectiveParts: 40,
    imagesPerPart: 1,
    size: { width: 96, height: 96 },
  })
}
const options = {
  ...{ dataset, folds: Number(folds), threads: 1, cache: join(home, 'cache') },
  ...(named === undefined && {
    backbone: 'filterbank',
    size: { width: 96, height: 96 },
    detectorOptions: { bankSize: 500 },
  }),
}
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const single = await evaluateDataset({ ...options, out: join(home, 'single') })
say(`one process: ${single.seconds} s`)
const server = kind === 'postgres' ? await startPostgres([]) : await startRedis()
try {
  const outcome = await killRun({
    options: { ...options, out: join(home, 'run'), queue: server.url, store: join(home, 'store') },
    folder: home,
    ...{ workers: 3, kills: 20, serverKills: 5, pauseMs: 7000, seed: 0, tell: say },
    async restartServer() {
      await server.kill()
      await server.start()
    },
  })
  const recorded = countRecorded(join(home, 'store'))
  const isSame = lastingBytes(outcome.evaluation) === lastingBytes(single)
  process.stdout.write(
    `${kind}: ${outcome.kills} workers and ${outcome.serverKills} servers killed in ${outcome.seconds.toFixed(0)} s; ` +
      `${recorded.size} steps, each recorded once: ${[...recorded.values()].every((times) => times === 1)}; same bytes: ${isSame}\n`,
  )
  if (!isSame) process.exitCode = 1
} finally {
  await server.stop()
  rmSync(home, { recursive: true, force: true })
}
