/** The shape of the source: which room may import which, who may touch the outside, what is banned. Fails with the line. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const src = resolve(import.meta.dirname, '../src')

/** Room -> rooms and root files that it may import. What is not listed may import nothing. */
const arrows: Readonly<Record<string, readonly string[] | 'everything'>> = {
  math: [],
  'errors.ts': [],
  'version.ts': [],
  'lazily.ts': [],
  'present.ts': [],
  'task.ts': ['errors.ts'],
  files: ['errors.ts', 'task.ts'],
  wire: [],
  image: ['math', 'errors.ts', 'files', 'task.ts'],
  graph: ['math', 'errors.ts', 'task.ts'],
  threads: ['errors.ts', 'files', 'task.ts'],
  drift: ['math', 'wire', 'image'],
  dataset: ['math', 'errors.ts', 'files', 'task.ts', 'image'],
  simulate: ['math', 'errors.ts', 'files', 'task.ts', 'threads', 'image', 'dataset'],
  prepare: ['math', 'errors.ts', 'files', 'task.ts', 'threads', 'wire', 'image', 'graph', 'dataset'],
  backbone: ['math', 'errors.ts', 'files', 'task.ts', 'image', 'graph', 'dataset'],
  synthesis: ['math', 'errors.ts', 'files', 'task.ts', 'image'],
  detector: ['math', 'errors.ts', 'files', 'task.ts', 'wire', 'image', 'graph', 'backbone', 'synthesis'],
  evaluate: ['math', 'errors.ts', 'task.ts', 'files', 'dataset', 'wire', 'image'],
  inspect: [
    'math',
    'errors.ts',
    'files',
    'task.ts',
    'wire',
    'image',
    'drift',
    'dataset',
    'prepare',
    'backbone',
    'detector',
    'evaluate',
  ],
  export: [
    'math',
    'errors.ts',
    'version.ts',
    'files',
    'task.ts',
    'wire',
    'image',
    'graph',
    'backbone',
    'detector',
    'evaluate',
    'inspect',
  ],
  parts: ['math', 'errors.ts', 'files', 'task.ts', 'image', 'drift', 'graph', 'dataset', 'backbone'],
  work: ['errors.ts', 'version.ts', 'files', 'task.ts'],
  queue: ['errors.ts', 'task.ts', 'work'],
  testing: ['math', 'errors.ts', 'task.ts', 'image', 'backbone', 'detector'],
  guardrail: [
    'math',
    'errors.ts',
    'files',
    'task.ts',
    'wire',
    'image',
    'drift',
    'graph',
    'dataset',
    'backbone',
    'detector',
    'evaluate',
    'inspect',
    'parts',
  ],
  records: ['math', 'errors.ts', 'files', 'task.ts', 'threads', 'wire'],
  outputs: ['math', 'errors.ts', 'version.ts', 'files', 'threads', 'wire', 'records'],
  options: [
    'math',
    'errors.ts',
    'image',
    'dataset',
    'backbone',
    'simulate',
    'prepare',
    'detector',
    'evaluate',
    'work',
  ],
  report: ['math', 'errors.ts', 'version.ts', 'files', 'image', 'task.ts', 'wire', 'evaluate'],
  run: [
    'math',
    'errors.ts',
    'version.ts',
    'task.ts',
    'options',
    'files',
    'threads',
    'wire',
    'image',
    'drift',
    'graph',
    'dataset',
    'simulate',
    'prepare',
    'backbone',
    'detector',
    'evaluate',
    'inspect',
    'export',
    'parts',
    'guardrail',
    'records',
    'report',
    'work',
    'queue',
  ],
  serve: [
    'math',
    'errors.ts',
    'version.ts',
    'task.ts',
    'options',
    'files',
    'threads',
    'wire',
    'image',
    'detector',
    'evaluate',
    'inspect',
    'report',
    'drift',
    'records',
    'outputs',
    'run',
    'pipeline.ts',
  ],
  web: ['math', 'wire', 'evaluate', 'report'],
  'pipeline.ts': 'everything',
  'index.ts': 'everything',
  cli: 'everything',
}

/** Files beside the rooms that every room but `wire` and `math` may import. */
const everywhere = ['present.ts']

/** Package -> the only rooms, or folders of one, that may import it. */
const keepers: Readonly<Record<string, string | readonly string[]>> = {
  sharp: 'image',
  'onnxruntime-node': 'graph',
  '@huggingface/transformers': 'prepare/grounded-sam',
  mqtt: 'outputs/mqtt',
  'node-opcua': 'outputs/opcua',
  kysely: 'records',
  libsql: 'records',
  pg: ['records', 'queue'],
}

const bans: readonly { readonly pattern: RegExp; readonly name: string; readonly except?: string }[] = [
  { pattern: /\bMath\.random\b/, name: 'Math.random' },
  { pattern: /\bDate\.now\b/, name: 'Date.now' },
  { pattern: /\bconsole\b\s*[.[]/, name: 'console', except: 'cli' },
]

interface Source {
  /** Relative to `src/`, with `/`. */
  readonly path: string
  readonly room: string
  readonly lines: readonly string[]
}

interface Import {
  readonly from: Source
  readonly line: number
  readonly specifier: string
  /** False for `import type`, which leaves nothing to load. */
  readonly isValue: boolean
}

const sources: readonly Source[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => name.split(sep).join('/'))
  .sort()
  .map((path) => ({
    path,
    room: path.split('/')[0]!,
    lines: readFileSync(join(src, path), 'utf8').split('\n'),
  }))

const imports = sources.flatMap(importsOf)

/** `import … from`, `export … from`, `import '…'` and `import('…')`, of one line or several. */
function importsOf(source: Source): Import[] {
  const text = source.lines.map(withoutComment).join('\n')
  const shape =
    /^\s*(import|export)\s+(type\s)?[^;'"`]*?\bfrom\s+'([^']+)'|^\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm
  return [...text.matchAll(shape)].map((match) => {
    const end = match.index + match[0].length
    return {
      from: source,
      line: text.slice(0, end).split('\n').length,
      specifier: (match[3] ?? match[4] ?? match[5])!,
      isValue: match[2] === undefined && match[5] === undefined,
    }
  })
}

function withoutComment(line: string): string {
  return /^\s*(\/?\*|\/\/)/.test(line) ? '' : line
}

/**
 * Whether `!` stands after anything but an index: `found!`, `map.get(key)!`. On an index it says that the loop keeps to the
 * bounds; elsewhere `present.ts`, a narrowing or a default says what is expected.
 */
function hasBareAssertion(line: string): boolean {
  const code = withoutComment(line)
    .replace(/'(?:[^'\\]|\\.)*'/g, "''")
    .replace(/\s\/\/ .*$/, '')
  return /[\w)}>]!(?!=)/.test(code)
}

const shown = ({ from, line }: Import): string => `src/${from.path}:${line}: ${from.lines[line - 1]!.trim()}`
/** Rooms of values alone, which import nothing of ours. */
const isPure = ({ room }: Source): boolean => room === 'wire' || room === 'math'
const isOwn = ({ specifier }: Import): boolean => specifier.startsWith('.')
const packageOf = ({ specifier }: Import): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

/** Path of the imported file relative to `src/`; may begin with `../`. */
function targetOf(each: Import): string {
  const target = resolve(src, dirname(each.from.path), each.specifier)
  return relative(src, target).split(sep).join('/')
}

describe('architecture', () => {
  it('reads the sources', () => {
    expect(sources.length).toBeGreaterThan(50)
    expect(imports.length).toBeGreaterThan(100)
  })

  it('gives every room its arrows', () => {
    const rooms = new Set(sources.map(({ room }) => room))
    expect([...rooms].filter((room) => !Object.hasOwn(arrows, room))).toEqual([])
  })

  it('imports one way, from later stages to earlier ones', () => {
    const wrong = imports.filter(isOwn).filter((each) => {
      const room = targetOf(each).split('/')[0]!
      const allowed = arrows[each.from.room] ?? []
      if (room === each.from.room || allowed === 'everything' || allowed.includes(room)) return false
      return !everywhere.includes(room) || isPure(each.from)
    })
    expect(wrong.map(shown)).toEqual([])
  })

  it('imports packages and node only by name, native ones only in their room', () => {
    const wrong = imports.filter((each) => {
      if (isOwn(each) || each.specifier.startsWith('node:')) return false
      const keeper = keepers[packageOf(each)]
      if (isPure(each.from)) return !(each.from.room === 'wire' && packageOf(each) === 'zod')
      return keeper !== undefined && ![keeper].flat().some((room) => each.from.path.startsWith(`${room}/`))
    })
    expect(wrong.map(shown)).toEqual([])
  })

  it('takes of the tensor language what its index gives', () => {
    const wrong = imports
      .filter((each) => isOwn(each) && each.from.room !== 'graph')
      .filter((each) => /^graph\/(?!index\.ts$)/.test(targetOf(each)))
    expect(wrong.map(shown)).toEqual([])
  })

  it('names files with their ending', () => {
    expect(imports.filter((each) => isOwn(each) && !/\.(tsx?|css)$/.test(each.specifier)).map(shown)).toEqual(
      [],
    )
  })

  it('has no import cycles', () => {
    const edges = new Map<string, string[]>(sources.map(({ path }) => [path, []]))
    for (const each of imports)
      if (isOwn(each) && each.isValue) edges.get(each.from.path)!.push(targetOf(each))
    expect(findCycle(edges)).toBeUndefined()
  })

  it('loads no native package when the library is imported', () => {
    const loaded = new Set(['index.ts'])
    for (const path of loaded) {
      for (const each of imports)
        if (each.from.path === path && isOwn(each) && each.isValue) loaded.add(targetOf(each))
    }
    expect(loaded.size).toBeGreaterThan(10)
    const native = imports.filter(
      (each) => loaded.has(each.from.path) && each.isValue && Object.hasOwn(keepers, packageOf(each)),
    )
    expect(native.map(shown)).toEqual([])
    expect([...loaded].filter((path) => path.startsWith('simulate/'))).toEqual([])
  })

  it.each(bans)('does without $name', ({ pattern, except }) => {
    const wrong = sources
      .filter(({ room }) => room !== except)
      .flatMap(({ path, lines }) =>
        lines.flatMap((line, i) =>
          pattern.test(withoutComment(line)) ? [`src/${path}:${i + 1}: ${line.trim()}`] : [],
        ),
      )
    expect(wrong).toEqual([])
  })

  it('says on an index alone, with !, that something is there', () => {
    const wrong = sources.flatMap(({ path, lines }) =>
      lines.flatMap((line, i) => (hasBareAssertion(line) ? [`src/${path}:${i + 1}: ${line.trim()}`] : [])),
    )
    expect(wrong).toEqual([])
  })

  it('has one way to judge an image: only inspectors ask detectors for scores', () => {
    const mayAsk = ['detector', 'inspect', 'testing']
    const wrong = sources
      .filter(({ room }) => !mayAsk.includes(room))
      .flatMap(({ path, lines }) =>
        lines.flatMap((line, i) =>
          /\.score\(/.test(withoutComment(line)) ? [`src/${path}:${i + 1}: ${line.trim()}`] : [],
        ),
      )
    expect(wrong).toEqual([])
  })

  it('keeps files short, or says first why not', () => {
    const wrong = sources.filter(
      ({ lines }) =>
        lines.length - 1 > 300 && !/^\s*\/[*/]/.test(lines.find((line) => line.trim() !== '') ?? ''),
    )
    expect(wrong.map(({ path, lines }) => `src/${path}: ${lines.length - 1} lines`)).toEqual([])
  })

  it('draws the examples of its tests from one seed', () => {
    const wrong = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
      (name) =>
        /\.tsx?$/.test(name) &&
        name !== 'fast-check.ts' &&
        /^import .* from 'fast-check'$/m.test(readFileSync(join(import.meta.dirname, name), 'utf8')),
    )
    expect(wrong).toEqual([])
  })

  it('names files for what they hold, in kebab-case', () => {
    const wrong = sources.filter(
      ({ path }) =>
        !/^([a-z0-9-]+\/)*[a-z0-9-]+\.(ts|tsx|config\.ts)$/.test(path) || /(^|\/)utils?\.ts$/.test(path),
    )
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  it('has named exports only', () => {
    const wrong = sources.filter(({ lines }) => lines.some((line) => /^export default\b/.test(line)))
    expect(wrong.map(({ path }) => path)).toEqual([])
  })
})

/** The first cycle met, as a list of files, or undefined. Depth first, each file once. */
function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): string[] | undefined => {
    const at = trail.indexOf(path)
    if (at >= 0) return [...trail.slice(at), path]
    if (done.has(path)) return
    done.add(path)
    for (const next of edges.get(path) ?? []) {
      const cycle = visit(next, [...trail, path])
      if (cycle) return cycle
    }
    return
  }
  for (const path of edges.keys()) {
    const cycle = visit(path, [])
    if (cycle) return cycle
  }
  return
}

describe('the test of the architecture itself', () => {
  const source = (path: string, text: string): Source => ({
    path,
    room: path.split('/')[0]!,
    lines: text.split('\n'),
  })

  it('sees every form of import', () => {
    const text = [
      "import { a } from './a.ts'",
      "import type { b } from './b.ts'",
      'import {',
      '  c,',
      "} from './c.ts'",
      "export { d } from './d.ts'",
      "import './e.ts'",
      "const f = await import('./f.ts')",
      "// import { g } from './g.ts'",
    ].join('\n')
    const found = importsOf(source('math/x.ts', text))
    expect(found.map(({ specifier, line, isValue }) => [specifier, line, isValue])).toEqual([
      ['./a.ts', 1, true],
      ['./b.ts', 2, false],
      ['./c.ts', 5, true],
      ['./d.ts', 6, true],
      ['./e.ts', 7, true],
      ['./f.ts', 8, false],
    ])
  })

  it('tells ! on an index from ! elsewhere', () => {
    const wrong = ['found!', 'map.get(key)!.x', '(a as B)!', 'let x!: number', 'f(x!, y)', 'a.b!.c']
    const right = ['list[i]!', 'rows[0]![1]!.x', 'a !== b', '!found', "'stop!'", '// so!', 'x // no!']
    expect(wrong.filter((line) => !hasBareAssertion(line))).toEqual([])
    expect(right.filter(hasBareAssertion)).toEqual([])
  })

  it('finds a cycle and nothing where there is none', () => {
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', []],
        ]),
      ),
    ).toBeUndefined()
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b', 'c', 'b'])
  })
})
