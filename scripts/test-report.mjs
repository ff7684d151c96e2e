// Vitest's JSON report, read.
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

export const readReport = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** Every test with its suite's path from the working folder: `test/stale-paths.test.ts > group > name`. */
export const testsOf = (report) =>
  report.testResults.flatMap((suite) =>
    suite.assertionResults.map((test) => ({
      id: [
        relative(process.cwd(), suite.name),
        ...test.ancestorTitles.filter((title) => title),
        test.title,
      ].join(' > '),
      status: test.status,
    })),
  )

export const failedSuites = (report) => report.testResults.filter((suite) => suite.status === 'failed')
