/** `npx tsx scripts/station/kill.ts [--built] [ROUNDS] [POSTGRES-URL]`: kill -9 under load, and what became of it; `--built` after `npm run build`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { killRounds } from './kill-rounds.ts'
import { saveSmallModel } from './small-model.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { built: { type: 'boolean', default: false } },
})
const [rounds = '20', database = null] = positionals
const folder = mkdtempSync(join(tmpdir(), 'plumbline-kill-'))
try {
  const model = join(folder, 'small')
  await saveSmallModel(model)
  const summary = await killRounds({
    ...{ folder, model, rounds: Number(rounds), seed: 0, database },
    isBuilt: values.built,
  })
  console.log(JSON.stringify(summary, null, 2))
  if (summary.lost + summary.doubled + summary.untold > 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
