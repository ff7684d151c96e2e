/** Files named in comments and in pages exist: a name that has gone leads a reader astray. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`)
const all = ['src', 'test', 'bench', 'scripts', 'docs'].flatMap(filesBelow)
const baseNames = new Set(all.map((path) => basename(path)))

/** Paths of sources and pages; not those of other projects, which have a scheme or a host before them. */
const named = /(?<![\w./:-])(?:\.{1,2}\/)*(?:\w[\w-]*\/)*\w[\w-]*(?:\.[\w-]+)*\.(?:ts|mjs|md)\b/g

/** Within comments of sources, within all of a page. */
function linesOf(path: string): readonly (readonly [number, string])[] {
  const lines = readFileSync(join(root, path), 'utf8').split('\n').entries()
  const isComment = (line: string): boolean => /^\s*(\/?\*|\/\/)/.test(line) || /\s\/\/ /.test(line)
  return [...lines].flatMap(([i, line]) => {
    if (path.endsWith('.md')) return [[i + 1, line] as const]
    return isComment(line) ? [[i + 1, line.replace(/^.*?(?=\/\*|\/\/|^\s*\*)/, '')] as const] : []
  })
}

/** From the root, from `src/`, from the file's own folder or the one above; a name alone may lie anywhere. */
function exists(from: string, path: string): boolean {
  if (!path.includes('/')) return baseNames.has(path) || existsSync(join(root, path))
  return [root, join(root, 'src'), join(root, dirname(from)), join(root, dirname(from), '..')].some(
    (folder) => existsSync(join(folder, path)),
  )
}

const stale = (from: string): string[] =>
  linesOf(from).flatMap(([line, text]) =>
    (text.match(named) ?? []).filter((path) => !exists(from, path)).map((path) => `${from}:${line}: ${path}`),
  )

it('finds what is there and what is not', () => {
  const [here] = 'see test/stale-paths.test.ts'.match(named)!
  expect(exists('test/x.ts', here)).toBe(true)
  expect(exists('src/math/x.ts', 'random.ts')).toBe(true)
  expect(exists('src/run/x.ts', 'math/random.ts')).toBe(true)
  expect(exists('src/run/x.ts', 'math/no-such-file.ts')).toBe(false)
  expect('https://example.org/a/b.md'.match(named)).toBe(null)
})

it('names no file that is gone', () => {
  const sources = all.filter((path) => /\.(ts|mjs|md)$/.test(path) && !path.startsWith('docs/decisions/'))
  expect([...sources, 'README.md', 'CONTRIBUTING.md'].flatMap(stale)).toEqual([])
})
