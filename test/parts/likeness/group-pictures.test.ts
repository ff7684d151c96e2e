import { describe, expect, it } from 'vitest'
import { groupPictures, type Pair } from '../../../src/parts/likeness/group-pictures.ts'

const least = 5

/** Groups from a table of deviations: `of(a, b)` for every pair, all of them compared. */
function grouped(count: number, of: (a: number, b: number) => number) {
  const pairs: Pair[] = []
  for (let a = 0; a < count; a++)
    for (let b = a + 1; b < count; b++) pairs.push({ a, b, likeness: 0, deviations: of(a, b) })
  return groupPictures(count, pairs, of, least)
}

const within = (size: number) => (a: number, b: number) => Math.floor(a / size) === Math.floor(b / size)

describe('groupPictures', () => {
  it('finds groups that are far apart', () => {
    const same = within(3)
    const { groups, undecided } = grouped(9, (a, b) => (same(a, b) ? 20 : 1))
    expect(groups).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8],
    ])
    expect(undecided).toBe(0)
  })

  it('does not chain groups over one chance pair', () => {
    const same = within(4)
    const { groups } = grouped(8, (a, b) => (a === 3 && b === 4 ? 8 : same(a, b) ? 20 : 0))
    expect(groups).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ])
  })

  it('leaves pictures alone whose likeness fades without a gap', () => {
    const { groups, undecided } = grouped(30, (a, b) => 6.5 - 0.7 * Math.abs(a - b))
    expect(groups.every(({ length }) => length === 1)).toBe(true)
    expect(undecided).toBe(30)
  })

  it('keeps the part of a fading group that stands out', () => {
    const { groups } = grouped(30, (a, b) => (b < 3 ? 10 : 6.5 - 0.7 * Math.abs(a - b)))
    const [group, ...others] = groups.filter(({ length }) => length > 1)
    expect(others).toEqual([])
    expect(group!.slice(0, 3)).toEqual([0, 1, 2])
    expect(group!.length).toBeLessThan(5)
  })

  it('takes pairs that were not compared from whoever asks', () => {
    const asked: string[] = []
    const chain = [0, 1, 2].map((a) => ({ a, b: a + 1, likeness: 0, deviations: 20 }))
    const ask = (a: number, b: number): number => {
      asked.push(`${a}-${b}`)
      return 18
    }
    const { groups } = groupPictures(4, chain, ask, least)
    expect(groups).toEqual([[0, 1, 2, 3]])
    expect(asked.length).toBeGreaterThan(0)
  })

  it('has every picture once, whatever the pairs', () => {
    expect(groupPictures(3, [], () => 0, least)).toEqual({ groups: [[0], [1], [2]], undecided: 0 })
    expect(groupPictures(0, [], () => 0, least)).toEqual({ groups: [], undecided: 0 })
  })
})
