/** The mutations of `npm run test:mutations` still fit the sources; whether tests catch them takes minutes and is asked there. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mutate } from '../scripts/mutations/mutation.ts'
import { mutations } from '../scripts/mutations/mutations.ts'

const root = join(import.meta.dirname, '..')

describe('mutations', () => {
  it('each change text that stands once in its file, and name tests that exist', () => {
    for (const mutation of mutations) {
      const source = readFileSync(join(root, mutation.file), 'utf8')
      expect(mutate(source, mutation), mutation.name).not.toBe(source)
      for (const test of mutation.tests) expect(existsSync(join(root, test)), test).toBe(true)
    }
    expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length)
  })

  it('say which text has gone, and from where', () => {
    const mutation = { name: 'n', file: 'src/a.ts', from: 'a < b', to: 'a <= b', tests: [] }
    expect(() => mutate('a > b', mutation)).toThrow(
      /"n": expected its text once in src\/a.ts, found it 0 times/,
    )
    expect(() => mutate('a < b && a < b', mutation)).toThrow(/found it 2 times/)
    expect(mutate('if (a < b) $&', { ...mutation, to: '$&' })).toBe('if ($&) $&')
  })
})
