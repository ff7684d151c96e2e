/** The page on the library: its examples are those that lie here, and they run as they stand, one after the other. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { withExamples } from '../../scripts/docs-library.ts'
import { UsageError } from '../../src/errors.ts'
import * as library from '../../src/index.ts'
import { makeStripedDataset } from '../e2e/striped-dataset.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/library.md'), 'utf8')

/** They are seconds on an idle machine; a busy one must not fail them. */
const patience = 240_000

describe('docs/library.md', { timeout: patience }, () => {
  const before = process.cwd()
  const home = temporaryFolder()
  const lines: string[] = []

  beforeAll(async () => {
    await makeStripedDataset({ nominal: 44, anomalous: 22 }, join(home, 'photos'))
    process.chdir(home)
    vi.stubEnv('HOME', home)
    vi.stubEnv('XDG_CACHE_HOME', join(home, 'cache'))
    vi.spyOn(console, 'log').mockImplementation((...words) => lines.push(words.join(' ')))
  })
  afterAll(() => {
    process.chdir(before)
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })

  /** What an example says. */
  async function said(load: () => Promise<unknown>): Promise<string> {
    lines.length = 0
    await load()
    return lines.join('\n')
  }

  it('shows the examples that run here (npm run docs:library)', () => {
    expect(withExamples(page)).toBe(page)
  })

  it('names functions and errors that there are', () => {
    const named = [...page.matchAll(/^\| `(\w+)`/gm)].map((match) => match[1])
    expect(named.length).toBeGreaterThan(15)
    expect(Object.keys(library)).toEqual(expect.arrayContaining(named))
  })

  it('evaluates', async () => {
    const text = await said(() => import('./examples/1-evaluate.ts'))
    expect(text).toMatch(/Of 1,000 images/)
    expect(text).toMatch(/AUROC (1|0\.9\d+) \(0\.\d+ to 1\), escapes 0/)
  })

  it('trains', async () => {
    expect(await said(() => import('./examples/2-train.ts'))).toMatch(/^44 images, threshold \d+\.\d+$/)
  })

  it('inspects pixels of a camera, and a list with a file that is not there', async () => {
    const text = await said(() => import('./examples/3-inspect.ts'))
    const [first, ...rest] = text.split('\n')
    const verdict = /^(nominal|anomalous) -?\d+\.\d+ \d+ ms$/.exec(first!)![1]
    expect(rest.slice(-3)).toEqual([
      'nominal',
      expect.stringMatching(/missing\.png: .*no such file/),
      verdict,
    ])
  })

  it('takes a detector of the caller', async () => {
    expect(await said(() => import('./examples/4-own-detector.ts'))).toMatch(/^AUROC (1|0\.9\d+)\nanomalous$/)
  })

  it('asks a guardrail of the caller, and refuses two of one id', async () => {
    expect(await said(() => import('./examples/5-own-guardrail.ts'))).toMatch(/^passed: .*ours\.only-png/)
    const guardrail = {
      id: 'balance',
      question: 'Is it?',
      run: async () => ({ kind: 'passed' }) as const,
    }
    const twice = library.checkDataset({ dataset: 'photos', guardrails: [guardrail] })
    await expect(twice).rejects.toThrow(UsageError)
    await expect(twice).rejects.toThrow('two have the id balance')
  })
})
