/**
 * `npm run test:mutations`: breaks each promise on purpose, in a copy of the sources, and expects a test to fail.
 *
 * A suite that stays green while a promise is broken does not hold that promise. The checkout is never changed: a copy in the
 * temporary folder is, which goes at the end and upon Ctrl-C. Takes a few seconds a mutation, so it is no part of the merge; that
 * the mutations still fit the sources is (`test/mutations.test.ts`).
 *
 * Usage: npm run test:mutations [-- --only TEXT] [--skip TEXT] [--list]
 */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Mutation, mutate } from './mutation.ts'
import { mutations } from './mutations.ts'

const root = resolve(import.meta.dirname, '../..')
const copied = [
  'src',
  'test',
  'scripts',
  'docs',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  'README.md',
]

const { values } = parseArgs({
  options: { only: { type: 'string' }, skip: { type: 'string' }, list: { type: 'boolean', default: false } },
})
const says = ({ name, file, tests }: Mutation, text: string): boolean =>
  [name, file, ...tests].join(' ').includes(text)
const chosen = mutations.filter(
  (mutation) =>
    says(mutation, values.only ?? '') && !(values.skip !== undefined && says(mutation, values.skip)),
)
if (chosen.length === 0) {
  console.error(
    'no mutation is left: --only and --skip look at its name, its file and its tests; --list shows all',
  )
  process.exit(2)
}
if (values.list) {
  for (const { name, file } of chosen) console.log(`${file}: ${name}`)
  process.exit(0)
}

/** A busy machine must not be taken for a test that noticed. */
const patience = ['--testTimeout=600000', '--hookTimeout=600000']

const copy = mkdtempSync(join(tmpdir(), 'plumbline-mutations-'))
let running: ReturnType<typeof spawn> | undefined
function stop(code: number): never {
  running?.kill('SIGKILL')
  rmSync(copy, { recursive: true, force: true })
  process.exit(code)
}
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.on(signal, () => stop(code))

interface Outcome {
  readonly passed: number
  /** Names of the tests that failed. */
  readonly failed: readonly string[]
  readonly output: string
}

/** Runs test files in the copy. */
async function runTests(tests: readonly string[]): Promise<Outcome> {
  const report = join(copy, 'report.json')
  rmSync(report, { force: true })
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...tests,
    '--reporter=json',
    `--outputFile=${report}`,
    ...patience,
  ]
  running = spawn(process.execPath, args, { cwd: copy, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [running.stdout, running.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk
    })
  }
  await new Promise((done) => running?.on('close', done))
  running = undefined
  if (!existsSync(report)) return { passed: 0, failed: [], output }
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { message: string; assertionResults: { fullName: string; status: string }[] }[]
  }
  const all = testResults.flatMap(({ assertionResults }) => assertionResults)
  return {
    passed: all.filter(({ status }) => status === 'passed').length,
    failed: all.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName.trim()),
    output: `${output}\n${testResults.map(({ message }) => message).join('\n')}`,
  }
}

/** @returns Why the mutation was not caught; undefined where it was. */
async function survives(mutation: Mutation): Promise<{ readonly caught: string } | { readonly why: string }> {
  const path = join(copy, mutation.file)
  const source = readFileSync(path, 'utf8')
  writeFileSync(path, mutate(source, mutation))
  try {
    const { failed, passed, output } = await runTests(mutation.tests)
    if (failed[0] !== undefined) return { caught: failed[0] }
    if (passed > 0) return { why: `all ${passed} tests of ${mutation.tests.join(', ')} stay green` }
    return {
      why: `no test could be run: the change does not compile, or a test file has moved\n${output.slice(-2000)}`,
    }
  } finally {
    writeFileSync(path, source)
  }
}

for (const mutation of chosen) mutate(readFileSync(join(root, mutation.file), 'utf8'), mutation) // throws before any time is spent
for (const name of copied) {
  if (existsSync(join(root, name))) cpSync(join(root, name), join(copy, name), { recursive: true })
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))

let [survivors, done] = [0, 0]
try {
  const tests = [...new Set(chosen.flatMap((mutation) => mutation.tests))]
  console.log(`${chosen.length} mutations, ${tests.length} test files; first without any`)
  const before = await runTests(tests)
  if (before.failed.length > 0 || before.passed === 0) {
    console.error(
      `these tests fail even without a mutation:\n${before.failed.join('\n')}\n${before.output.slice(-4000)}`,
    )
    stop(1)
  }
  for (const mutation of chosen) {
    const started = performance.now()
    const result = await survives(mutation)
    const place = `${++done}/${chosen.length}  ${((performance.now() - started) / 1000).toFixed(1)} s`
    if ('caught' in result) console.log(`${place}  caught   ${mutation.name}  (${result.caught})`)
    else {
      survivors++
      console.log(`${place}  SURVIVES ${mutation.name}  [${mutation.file}]\n    ${result.why}`)
    }
  }
} catch (error) {
  console.error(error)
  stop(1)
}
console.log(
  survivors === 0 ? `all ${done} mutations are caught` : `${survivors} of ${done} mutations survive`,
)
stop(survivors === 0 ? 0 : 1)
