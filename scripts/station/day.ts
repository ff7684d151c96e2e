/**
 * `npx tsx scripts/station/day.ts DEMO [PICTURES]`: a day at the station in a real browser, from what `plumbline demo --out DEMO` leaves;
 * pictures of every step go to PICTURES. The page must be built: `npm run build:web`.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkRecords } from './day/check-records.ts'
import { liveOneDay } from './day/day.ts'
import { startStation } from './station-process.ts'

const [demo, pictures = null] = process.argv.slice(2)
if (demo === undefined) throw new Error('expected the folder of a demo')
const folder = mkdtempSync(join(tmpdir(), 'plumbline-day-'))
const at = (...names: string[]): string => join(folder, ...names)
mkdirSync(at('models'))
mkdirSync(at('runs'))
cpSync(join(demo, 'model'), at('models', 'demo'), { recursive: true })
cpSync(join(demo, 'run'), at('runs', 'demo'), { recursive: true })
const station = await startStation([
  ...['--models', at('models'), '--runs', at('runs'), '--data', at('data')],
  ...['--model', at('models', 'demo'), '--keep', 'all', '--rate', '1000000'],
])
try {
  const started = performance.now()
  const day = await liveOneDay({
    ...{ address: station.address, pictures, workers: 2, sample: 0.5 },
    ...{ object: 'link', size: { width: 200, height: 267 }, before: 84, commissioning: 200, day: 300 },
    // so that enough of them are decided in a day for an evaluation not to be refused
    defective: 0.2,
    tell: (what) => process.stderr.write(`${what}\n`),
  })
  const { compared, wrong } = await checkRecords(station.address, at('data'), day)
  const seconds = Math.round((performance.now() - started) / 1000)
  const { alarm, models, troubles } = day
  console.log(
    JSON.stringify(
      {
        ...{ parts: day.passed.length, decided: day.said.length, inShadow: day.inShadow.length },
        ...{ alarm, models, compared, wrong, troubles, seconds },
      },
      null,
      2,
    ),
  )
  if (wrong.length + troubles.length > 0) process.exitCode = 1
} finally {
  await station.stop()
  rmSync(folder, { recursive: true, force: true })
}
