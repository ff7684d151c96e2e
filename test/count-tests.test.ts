/** What CI makes of vitest's reports, of a first run and of a second one of suites that failed. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from './helpers/temporary-folder.ts'

type Suite = readonly [name: string, status: string, tests: Readonly<Record<string, string>>]

function counted(...runs: readonly (readonly Suite[])[]) {
  const folder = temporaryFolder()
  const paths = runs.map((suites, i) => {
    const path = join(folder, `${i}.json`)
    const testResults = suites.map(([name, status, tests]) => ({
      name: join(process.cwd(), name),
      status,
      assertionResults: Object.entries(tests).map(([title, of]) => ({
        title,
        status: of,
        ancestorTitles: [],
      })),
    }))
    writeFileSync(path, JSON.stringify({ testResults }))
    return path
  })
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/count-tests.mjs', join(folder, 'none'), ...paths],
    { encoding: 'utf8' },
  )
  return { status, counts: stdout.trim(), said: stderr.replaceAll(process.cwd(), '.') }
}

const fine: Suite = ['a.ts', 'passed', { one: 'passed', later: 'skipped' }]

it('passes what passed, and counts what was skipped', () => {
  expect(counted([fine])).toEqual({ status: 0, counts: '1 0 1', said: '' })
})

it('names a test that passed only the second time, and fails one that did not', () => {
  const first: Suite = ['b.ts', 'failed', { slow: 'failed', good: 'passed' }]
  const found = counted([fine, first], [['b.ts', 'passed', { slow: 'passed', good: 'passed' }]])
  expect(found).toMatchObject({ status: 0, counts: '3 0 1' })
  expect(found.said).toBe('passed only when run once more by itself: b.ts > slow\n')
  const again = counted([fine, first], [first])
  expect(again).toMatchObject({ status: 1, counts: '2 1 1', said: 'failed: b.ts > slow\n' })
})

it('names a suite that could only be prepared the second time, and fails one that could not', () => {
  const first: Suite = ['b.ts', 'failed', { slow: 'skipped' }]
  const found = counted([fine, first], [['b.ts', 'passed', { slow: 'passed' }]])
  expect(found).toMatchObject({ status: 0, counts: '2 0 1' })
  expect(found.said).toMatch(/once more by itself: .*b\.ts\n.*once more by itself: b\.ts > slow/)
  for (const runs of [[[fine, first]], [[fine, first], [first]]])
    expect(counted(...runs)).toMatchObject({ status: 1, counts: '1 1 2' })
})

it('fails a suite that could not be read, whatever it does the second time', () => {
  const found = counted([fine, ['b.ts', 'failed', {}]], [['b.ts', 'passed', { slow: 'passed' }]])
  expect(found).toMatchObject({ status: 1, counts: '1 1 1', said: 'could not be run: ./b.ts\n' })
})
