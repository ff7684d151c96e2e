// Prints the suites that vitest's JSON report names as failed, one a line, if they may be run once more: at most three, and each
// one of those that wait for other programs. More than that, or a suite that only computes, is no matter of a busy machine.
// Usage: node scripts/failed-suites.mjs REPORT GLOB...
import { matchesGlob, relative } from 'node:path'
import { failedSuites, readReport } from './test-report.mjs'

const [reportPath, ...waiting] = process.argv.slice(2)
const failed = failedSuites(readReport(reportPath)).map((suite) => relative(process.cwd(), suite.name))
if (failed.length <= 3 && failed.every((path) => waiting.some((glob) => matchesGlob(path, glob)))) {
  for (const path of failed) console.log(path)
}
