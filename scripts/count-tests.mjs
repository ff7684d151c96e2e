// Reads vitest's JSON report: prints `passed failed skipped`; fails when a test that needs outside data was skipped although
// the data is there, or when nothing ran at all.
// Usage: node scripts/count-tests.mjs REPORT SHARED_FOLDER
import { existsSync, readFileSync } from 'node:fs'

const [reportPath, shared] = process.argv.slice(2)
const report = JSON.parse(readFileSync(reportPath, 'utf8'))
const tests = report.testResults.flatMap((file) => file.assertionResults)
const count = (...states) => tests.filter((test) => states.includes(test.status)).length

const brokenFiles = report.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
)
const failed = count('failed') + brokenFiles.length
const skipped = count('pending', 'skipped', 'todo', 'disabled')
console.log(count('passed'), failed, skipped)

const wrong = brokenFiles.map((file) => `${file.name} could not be run`)
if (count('passed') === 0) wrong.push('no test passed')
if (existsSync(shared)) {
  const isForData = (test) => / is absent\]/.test(test.fullName)
  const missed = tests.filter(
    (test) => test.status !== 'passed' && test.status !== 'failed' && isForData(test),
  )
  wrong.push(...missed.map((test) => `${shared} is there, yet this was skipped: ${test.fullName}`))
}
for (const line of wrong) console.error(line)
process.exitCode = wrong.length === 0 ? 0 : 1
