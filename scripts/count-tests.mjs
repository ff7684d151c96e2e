// Reads vitest's JSON reports: prints `passed failed skipped`; fails when a test that needs outside data was skipped although
// the data is there, or when nothing ran at all. With a second report, of suites run once more by themselves, a test that
// failed and then passed counts as passed, and is named. Names of what failed go to standard error.
// Usage: node scripts/count-tests.mjs SHARED_FOLDER REPORT [SECOND_REPORT]
import { existsSync } from 'node:fs'
import { failedSuites, readReport, testsOf } from './test-report.mjs'

const [shared, firstPath, secondPath] = process.argv.slice(2)
const report = readReport(firstPath)
const second = new Map()
if (secondPath) {
  for (const test of testsOf(readReport(secondPath))) second.set(test.id, test.status)
}

const tests = testsOf(report)
const unsteady = tests.filter((test) => test.status === 'failed' && second.get(test.id) === 'passed')
const failed = tests.filter((test) => test.status === 'failed' && !unsteady.includes(test))
const passed = tests.filter((test) => test.status === 'passed').length + unsteady.length
const broken = failedSuites(report).filter((suite) => suite.assertionResults.length === 0)
console.log(
  passed,
  failed.length + broken.length,
  tests.filter((test) => !['passed', 'failed'].includes(test.status)).length,
)

for (const test of unsteady) console.error(`passed only when run once more by itself: ${test.id}`)
const wrong = [
  ...failed.map((test) => `failed: ${test.id}`),
  ...broken.map((suite) => `could not be run: ${suite.name}`),
]
if (passed === 0) wrong.push('no test passed')
if (existsSync(shared)) {
  const missed = tests.filter(
    (test) => !['passed', 'failed'].includes(test.status) && / is absent\]/.test(test.id),
  )
  wrong.push(...missed.map((test) => `${shared} is there, yet this was skipped: ${test.id}`))
}
for (const line of wrong) console.error(line)
process.exitCode = wrong.length === 0 ? 0 : 1
