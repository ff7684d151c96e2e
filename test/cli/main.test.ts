import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Command } from '../../src/cli/command.ts'
import { commandNames, loadCommands } from '../../src/cli/commands.ts'
import { takeInFlags } from '../../src/cli/detector-flags.ts'
import { docsMarkdown } from '../../src/cli/docs-markdown.ts'
import { generalOptions } from '../../src/cli/general-options.ts'
import { commandHelp, overviewHelp } from '../../src/cli/help.ts'
import { main } from '../../src/cli/main.ts'
import { type Config, parseArguments } from '../../src/cli/parse-arguments.ts'
import { provenanceOf, surroundings } from '../../src/cli/surroundings.ts'
import { fromConfig, toConfig } from '../../src/options/config-file.ts'
import { nameOf } from '../../src/options/option.ts'
import { wholeRequest } from '../../src/options/request.ts'
import { type EvaluateRequest, evaluateAsk } from '../../src/options/requests/evaluate.ts'
import { version } from '../../src/version.ts'
import { createRecorder } from './recorder.ts'

const root = join(import.meta.dirname, '../..')
const commands = await loadCommands()
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const recorder = createRecorder({ cwd: folder })
  const code = await main(argv, recorder)
  return { code, out: recorder.out(), err: recorder.err() }
}

describe('picking a command', () => {
  it('prints the version of package.json', async () => {
    expect(await run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version).toBe(version)
  })

  it.each([[['--help']], [['-h']], [['help']]])('%j lists every command', async (argv) => {
    const { code, out, err } = await run(...argv)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const { name, summary } of commands)
      expect(out.replace(/\s+/g, ' ')).toContain(`${name} ${summary}.`)
  })

  it.each(commandNames)('help %s is its --help, whatever else is said', async (name) => {
    const { code, out } = await run('help', name)
    expect(code).toBe(0)
    expect(out).toContain(`Usage: plumbline ${name}`)
    expect(await run(name, '--nonsense', '--help')).toEqual({ code: 0, out, err: '' })
  })

  it.each<[string[], string]>([
    [[], 'plumbline: expected a command: demo, '],
    [['evalaute'], 'plumbline: unknown command "evalaute"; did you mean evaluate?\n'],
    [['qqqqqq'], 'plumbline: unknown command "qqqqqq"; there are demo, '],
    [['constructor'], 'plumbline: unknown command "constructor"; there are demo, '],
    [['--versoin'], 'plumbline: unknown option --versoin before the command; did you mean --version?\n'],
    [['help', 'trian'], 'plumbline: unknown command "trian"; did you mean train?\n'],
    [['worker'], 'plumbline worker: --queue is required'],
    [
      ['evaluate', 'x', '--out', 'y', '--preset', 'paper'],
      'plumbline evaluate: --preset has no effect with --detector patchcore',
    ],
    [
      ['evaluate', 'x', '--out', 'y', '--detector', 'tea'],
      'plumbline evaluate: --detector: expected patchcore, ',
    ],
    [
      ['evaluate', 'x', '--out', 'y', '--delta', '0.1'],
      'plumbline evaluate: --delta has no effect with --threshold youden',
    ],
    [
      ['evaluate', 'x', '--out', 'y', '--option', 'bankSise=3'],
      'plumbline evaluate: --option: patchcore: unknown setting bankSise; did you mean bankSize?',
    ],
    [
      ['evaluate', 'x', '--out', 'y', '--part-pattern', 'abc'],
      'plumbline evaluate: --part-pattern: expected a group',
    ],
    [
      ['evaluate', 'x', '--out', 'y', '--part-pattern', '('],
      'plumbline evaluate: --part-pattern: expected a regular',
    ],
    [['weights', 'pull'], 'plumbline weights: NAME is required'],
    [
      ['weights', 'lst'],
      'plumbline weights: ACTION: expected list, pull, verify, got "lst"; did you mean list?',
    ],
    [['simulate', '--out', 'y', '--angles', '5..-5'], 'plumbline simulate: --angles: expected FROM..TO'],
  ])('%j is wrong usage', async (argv, message) => {
    const { code, out, err } = await run(...argv)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err.startsWith(message)).toBe(true)
  })
})

describe('failures', () => {
  it.each([
    ['evaluate', ['nowhere', '--out', 'made']],
    ['train', ['nowhere', '--out', 'made']],
    ['predict', ['nowhere', 'image.png']],
    ['compare', ['nowhere', 'nowhere']],
    ['report', ['nowhere']],
  ])('%s of a path that is not there: exit 3, path and reason, nothing made', async (name, argv) => {
    const { code, out, err } = await run(name, ...argv, '--json')
    const path = join(folder, 'nowhere')
    expect(code).toBe(3)
    expect(err).toBe(`plumbline ${name}: ${path}: no such file or folder\n`)
    expect(JSON.parse(out)).toEqual({
      error: { code: 'INPUT', message: `${path}: no such file or folder`, path },
    })
    expect(() => readFileSync(join(folder, 'made'))).toThrow('ENOENT')
  })

  it('never writes into a folder that holds other files', async () => {
    const out = join(folder, 'mine')
    mkdirSync(out)
    writeFileSync(join(out, 'thesis.txt'), 'years of work')
    const { code, err } = await run('evaluate', root, '--out', out)
    expect(code).toBe(2)
    expect(err).toContain(`${out} exists and holds files that Plumbline did not write (thesis.txt)`)
    expect(readFileSync(join(out, 'thesis.txt'), 'utf8')).toBe('years of work')
  })

  it.each(['evaluate', 'train'])('%s says that the output path is a file', async (name) => {
    const out = join(folder, `${name}-file`)
    writeFileSync(out, '')
    const { code, err } = await run(name, root, '--out', out)
    expect({ code, err }).toEqual({
      code: 3,
      err: `plumbline ${name}: ${out}: it is a file, a folder was expected\n`,
    })
  })

  it('reports the mistakes of a configuration file together, with the nearest names', async () => {
    const path = join(folder, 'bad.json')
    writeFileSync(path, JSON.stringify({ dataset: 'x', fold: 3, alpha: 2, seed: '0' }))
    const { code, out, err } = await run('evaluate', '--config', path, '--json')
    expect(code).toBe(2)
    expect(err.split('\n').slice(0, 5)).toEqual([
      'plumbline evaluate:',
      `  ${path}: unknown name "fold"; did you mean folds?`,
      `  ${path}: alpha: expected a number between 0 and 1 (both excluded), got 2`,
      `  ${path}: seed: expected a whole number of at least 0, got "0"`,
      '  --out is required',
    ])
    expect(JSON.parse(out).error.code).toBe('USAGE')
  })

  it.each<[string, string, number]>([
    ['[1]', 'expected a JSON object', 2],
    ['{', 'is not JSON', 2],
  ])('a configuration file that is %s', async (text, reason, exit) => {
    const path = join(folder, 'odd.json')
    writeFileSync(path, text)
    const { code, err } = await run('evaluate', '--config', path)
    expect(code).toBe(exit)
    expect(err).toContain(`${path}: ${reason}`)
  })

  it('a configuration file that is not there', async () => {
    const { code, err } = await run('evaluate', `--config=${join(folder, 'none.json')}`)
    expect(code).toBe(3)
    expect(err).toContain('none.json: no such file or folder')
  })

  it('a stack only with --debug', async () => {
    expect((await run('report', 'nowhere')).err).not.toContain('    at ')
    expect((await run('report', 'nowhere', '--debug')).err).toContain('    at ')
  })
})

describe('help and documents', () => {
  it('docs/cli.md is up to date (`npm run docs:cli`)', () => {
    expect(readFileSync(join(root, 'docs/cli.md'), 'utf8')).toBe(docsMarkdown(commands))
  })

  it.each([40, 80, 200])('stays within %i columns and 100', (columns) => {
    const pages = [
      overviewHelp(commands, columns),
      ...commands.map((command) => commandHelp(command, columns)),
    ]
    const isExample = (line: string): boolean => line.startsWith('  plumbline ')
    const long = pages
      .flatMap((page) => page.split('\n'))
      .filter((line) => !isExample(line) && line.length > Math.min(columns, 100))
    expect(long.filter((line) => line.trim().includes(' ') && columns > 40)).toEqual([])
  })

  it.each(commands.flatMap((command) => command.examples.map((example) => [example, command] as const)))(
    'example: %s',
    (example, command) => {
      const [program, name, ...words] = shellWords(example)
      expect([program, name]).toEqual(['plumbline', command.name])
      expect(() => parse(command, words)).not.toThrow()
    },
  )
})

describe('evaluate', () => {
  it('turns its configuration back into the same request', async () => {
    const words = shellWords(
      'parts --out run --threshold neyman-pearson --delta 0.1 --alpha 0.01 --size 64x48 --no-cache --option bankSize=32 ' +
        '--where "lot = A" --part-pattern ^(\\d+) --prevalence 0.02 --review-escape 0.01 --keep-models --threads 3 --seed 9',
    )
    const first = await evaluateRequest(words)
    const entries = JSON.parse(JSON.stringify(toConfig(evaluateAsk.options, first)))
    const second = await evaluateRequest([], { config: { path: 'config.json', folder, entries } })
    expect({ ...second, command: '' }).toEqual({ ...first, command: '' })
    expect(first).toMatchObject({
      size: { width: 64, height: 48 },
      cache: null,
      detectorOptions: { bankSize: 32 },
      seed: 9,
    })
    const { createdAt: _, command: __, ...values } = first
    const machine = surroundings(createRecorder())
    expect(fromConfig(evaluateAsk.options, entries, folder, machine)).toEqual({ values })
  })

  it('has every option of the configuration, and every option is in it', async () => {
    const config = toConfig(evaluateAsk.options, await evaluateRequest(['x', '--out', 'y']))
    const all = Object.entries(evaluateAsk.options).map(([key, option]) => nameOf(key, option))
    const elsewhere = ['delta', 'sigma-k', 'by', 'draws', 'threshold-from', 'store', 'when-stopped'] // read with another alone
    expect(Object.keys(config).sort()).toEqual(all.filter((name) => !elsewhere.includes(name)).sort())
  })

  it("puts a detector's own options among its settings, and refuses them for another", async () => {
    const request = (words: string) => evaluateRequest(shellWords(`x --out y ${words}`))
    const said = await request(`--detector glass --hypothesis manifold --textures ${folder} --option steps=9`)
    expect(said.detectorOptions).toEqual({ hypothesis: 'manifold', textures: folder, steps: 9 })
    expect((await request('--detector csflow --preset paper')).detectorOptions).toEqual({ preset: 'paper' })
    for (const [words, message] of [
      ['--hypothesis manifold', '--hypothesis has no effect with --detector patchcore'],
      ['--detector csflow --textures .', '--textures has no effect with --detector csflow'],
      [
        '--detector glass --preset paper --option preset=small',
        '--preset: was given as --option preset=… too',
      ],
      ['--detector glass --preset paper --option steps=9', 'steps: has no effect with preset paper'],
      ['--detector glass --option epochs=9', 'epochs: has no effect with preset small'],
      ['--detector glass --option noise=[1,0.5]', 'noise: expected [least, largest]'],
    ] as const) {
      await expect(request(words), words).rejects.toThrow(message)
    }
    const { err } = await run('evaluate', root, '--out', 'y', '--detector', 'glass', '--textures', 'nowhere')
    expect(err).toContain('no such folder of textures')
  })

  it('records when and how it was asked', async () => {
    const request = await evaluateRequest(['my parts', '--out', 'y', "--where=lot = 'A'"])
    expect(request.createdAt).toBe('2026-01-01T00:00:00.000Z')
    expect(request.command).toBe(`plumbline evaluate 'my parts' --out y '--where=lot = '\\''A'\\'''`)
  })

  it('finds weights and cache by option, environment, home', async () => {
    const env = { HOME: '/home/nobody', PLUMBLINE_WEIGHTS: '/w', PLUMBLINE_CACHE: '/c' }
    expect(await evaluateRequest(['x', '--out', 'y'], { env })).toMatchObject({ weights: '/w', cache: '/c' })
    expect((await evaluateRequest(['x', '--out', 'y'])).cache).toContain('/home/nobody')
  })
})

function commandNamed(name: string): Command {
  return commands.find((command) => command.name === name)!
}

function parse(command: Command, words: readonly string[]) {
  const place = { cwd: folder, machine: surroundings(createRecorder({ cwd: folder })) }
  return parseArguments(words, { ...command.options, ...generalOptions }, place)
}

/** What `evaluate` asks of the library for these words. */
async function evaluateRequest(
  words: readonly string[],
  { config, ...overrides }: { config?: Config; env?: Record<string, string> } = {},
): Promise<EvaluateRequest> {
  const recorder = createRecorder({ cwd: folder, ...overrides })
  const { options } = commandNamed('evaluate')
  const place = { cwd: folder, machine: surroundings(recorder) }
  const { values } = parseArguments(words, options as typeof evaluateAsk.options, place, config)
  const request = takeInFlags(values)
  await evaluateAsk.check?.(request)
  return wholeRequest(request, provenanceOf('evaluate', words, recorder))
}

/** Splits at blanks outside double quotes. */
function shellWords(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|\S+/g)].map((match) => match[1] ?? match[0])
}
