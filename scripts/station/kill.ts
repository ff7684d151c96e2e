/** `npx tsx scripts/station/kill.ts [ROUNDS] [POSTGRES-URL]`: kill -9 under load, and what became of it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killRounds } from './kill-rounds.ts'
import { saveSmallModel } from './small-model.ts'

const [rounds = '20', database = null] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'plumbline-kill-'))
try {
  const model = join(folder, 'small')
  await saveSmallModel(model)
  const summary = await killRounds({ folder, model, rounds: Number(rounds), seed: 0, database })
  console.log(JSON.stringify(summary, null, 2))
  if (summary.lost + summary.doubled + summary.untold > 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
