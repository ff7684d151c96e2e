/** When a watched file is whole, by a clock that the test moves. */

import { describe, expect, it } from 'vitest'
import { createSettling, type SeenFile } from '../../../src/serve/watch/settling.ts'
import fc from '../../fast-check.ts'

const file = (path: string, size = 10, mtimeMs = 1, ino = 1): SeenFile => ({ path, size, mtimeMs, ino })
const settling = () => createSettling({ settleMs: 1000, patienceMs: 5000 })
const names = (files: readonly SeenFile[]) => files.map(({ path }) => path)

describe('a watched file', () => {
  it('is taken once it has stood still, once', () => {
    const watched = settling()
    expect(watched.look([file('a')], 0)).toEqual([])
    expect(watched.look([file('a')], 999)).toEqual([])
    expect(names(watched.look([file('a')], 1000))).toEqual(['a'])
    expect(watched.look([file('a')], 9999)).toEqual([])
    watched.done(file('a'))
    expect(watched.look([file('a')], 99_999)).toEqual([])
    expect(watched.isDone('a')).toBe(true)
  })

  it('that grows waits from its last growth', () => {
    const watched = settling()
    for (let at = 0; at < 5000; at += 500) expect(watched.look([file('a', at, at)], at)).toEqual([])
    expect(watched.look([file('a', 4500, 4500)], 5400)).toEqual([])
    expect(names(watched.look([file('a', 4500, 4500)], 5500))).toEqual(['a'])
  })

  it('whose clock stands, jumps back or lies in the future is judged all the same', () => {
    const watched = settling()
    const odd = [file('future', 1, 9e15), file('past', 1, -9e15), file('zero', 1, 0)]
    watched.look(odd, 0)
    expect(names(watched.look(odd, 1000))).toEqual(['future', 'past', 'zero'])
  })

  it.each([
    ['size', file('a', 11)],
    ['time', file('a', 10, 2)],
    ['node', file('a', 10, 1, 2)],
  ])('in the place of a judged one is new, by its %s', (_, other) => {
    const watched = settling()
    watched.look([file('a')], 0)
    watched.look([file('a')], 1000)
    watched.done(file('a'))
    expect(watched.look([other], 2000)).toEqual([])
    expect(watched.look([other], 3000)).toEqual([other])
  })

  it('that changes while it is judged is left alone until that is over, then taken anew', () => {
    const watched = settling()
    watched.look([file('a')], 0)
    watched.look([file('a')], 1000)
    const other = file('a', 20)
    expect(watched.look([other], 5000)).toEqual([])
    watched.done(file('a'))
    expect(watched.look([other], 6000)).toEqual([])
    expect(watched.look([other], 7000)).toEqual([other])
  })

  it('that cannot be read is tried again while it may be unfinished, and given up after that', () => {
    const watched = settling()
    watched.look([file('a')], 0)
    watched.look([file('a')], 1000)
    expect(watched.isUnfinished(file('a'), 1100)).toBe(true)
    expect(watched.look([file('a')], 1500)).toEqual([])
    expect(names(watched.look([file('a')], 2100))).toEqual(['a'])
    expect(watched.isUnfinished(file('a'), 5000)).toBe(false)
  })

  it('that has gone is forgotten', () => {
    const watched = settling()
    watched.look([file('a')], 0)
    watched.keepOnly(new Set())
    expect(watched.look([file('a')], 1000)).toEqual([])
    expect(names(watched.look([file('a')], 2000))).toEqual(['a'])
  })

  it('is never taken twice as it is, whatever is done in whatever order', () => {
    const step = fc.record({
      path: fc.constantFrom('a', 'b', 'c'),
      size: fc.integer({ min: 1, max: 3 }),
      after: fc.integer({ min: 0, max: 1500 }),
      isDone: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const watched = settling()
        const sizes = new Map<string, number>()
        const out = new Map<string, SeenFile>()
        const judged: string[] = []
        let now = 0
        for (const { path, size, after, isDone } of steps) {
          now += after
          if (!isDone) sizes.set(path, size)
          const seen = [...sizes].map(([name, bytes]) => file(name, bytes))
          for (const taken of watched.look(seen, now)) {
            expect(out.has(taken.path)).toBe(false)
            out.set(taken.path, taken)
          }
          const held = out.get(path)
          if (isDone && held !== undefined) {
            judged.push(path)
            watched.done(held)
            out.delete(path)
            expect(watched.look([held], now + 10_000)).toEqual([])
          }
        }
      }),
    )
  })
})
