// Reads vitest's JSON reports: prints `passed failed skipped`; fails when a test that needs outside data was skipped although
// the data is there, or when nothing ran at all. With a second report, of suites run once more by themselves, a test that
// did not pass and then did counts as passed, and is named. Names of what failed go to standard error.
// Usage: node scripts/count-tests.mjs SHARED_FOLDER REPORT [SECOND_REPORT]
import { existsSync } from 'node:fs'
import { failedSuites, readReport, testsOf } from './test-report.mjs'

const [shared, firstPath, secondPath] = process.argv.slice(2)
const report = readReport(firstPath)
const second = secondPath ? readReport(secondPath) : { testResults: [] }
const then = new Map(testsOf(second).map((test) => [test.id, test.status]))
const passedThen = new Set(
  second.testResults.filter((suite) => suite.status === 'passed').map((suite) => suite.name),
)

const tests = testsOf(report)
const unsteady = tests.filter((test) => test.status !== 'passed' && then.get(test.id) === 'passed')
const others = tests.filter((test) => !unsteady.includes(test))
const failed = others.filter((test) => test.status === 'failed')
const skipped = others.filter((test) => !['passed', 'failed'].includes(test.status))
const passed = tests.length - failed.length - skipped.length
// What failed before or after its tests: they are skipped then, or have passed.
const around = failedSuites(report).filter((suite) =>
  suite.assertionResults.every((test) => test.status !== 'failed'),
)
const isSteadied = (suite) => suite.assertionResults.length > 0 && passedThen.has(suite.name)
const broken = around.filter((suite) => !isSteadied(suite))
console.log(passed, failed.length + broken.length, skipped.length)

const named = [...around.filter(isSteadied).map(({ name }) => name), ...unsteady.map(({ id }) => id)]
for (const name of named) console.error(`passed only when run once more by itself: ${name}`)
const wrong = [
  ...failed.map((test) => `failed: ${test.id}`),
  ...broken.map((suite) => `could not be run: ${suite.name}`),
]
if (passed === 0) wrong.push('no test passed')
if (existsSync(shared)) {
  const missed = skipped.filter((test) => / is absent\]/.test(test.id))
  wrong.push(...missed.map((test) => `${shared} is there, yet this was skipped: ${test.id}`))
}
for (const line of wrong) console.error(line)
process.exitCode = wrong.length === 0 ? 0 : 1
