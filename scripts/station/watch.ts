/** `npx tsx scripts/station/watch.ts [FILES] [KILLS]`: a rush of files into a watched folder, kill -9 and a clock that is set back in the middle. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { saveSmallModel } from './small-model.ts'
import { watchRounds } from './watch-rounds.ts'

const [files = '10000', kills = '5'] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'plumbline-watch-'))
try {
  const model = join(folder, 'small')
  await saveSmallModel(model)
  const summary = await watchRounds({ folder, model, files: Number(files), kills: Number(kills) })
  console.log(JSON.stringify(summary, null, 2))
  if (summary.missed + summary.unrecorded + summary.doubled !== 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
