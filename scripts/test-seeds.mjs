// Runs the property tests with other examples than those that decide about a merge, and names the seeds that fail.
// Usage: node scripts/test-seeds.mjs [SEED ...]; default five drawn by chance
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const given = process.argv.slice(2)
const seeds = given.length > 0 ? given : Array.from({ length: 5 }, () => String(randomInt(2 ** 31)))
const suites = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => join('test', name))
  .filter((path) => /^import fc from '.*\/fast-check\.ts'$/m.test(readFileSync(path, 'utf8')))
const failed = seeds.filter((seed) => {
  console.log(`seed ${seed}, ${suites.length} suites`)
  const env = { ...process.env, TEST_SEED: seed }
  return (
    spawnSync('npx', ['vitest', 'run', '--reporter=dot', ...suites], { env, stdio: 'inherit' }).status !== 0
  )
})
if (failed.length > 0) console.error(`failed with TEST_SEED=${failed.join(', ')}`)
process.exitCode = failed.length > 0 ? 1 : 0
