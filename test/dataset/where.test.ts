import { describe, expect, it } from 'vitest'
import type { Sample } from '../../src/dataset/sample.ts'
import { parseWhere, selectSamples } from '../../src/dataset/where.ts'
import { UsageError } from '../../src/errors.ts'
import fc from '../fast-check.ts'

const sample = (id: string, attributes: Record<string, string>, rest: Partial<Sample> = {}): Sample => ({
  id,
  path: `/data/${id}`,
  label: 'nominal',
  part: null,
  defect: null,
  mask: null,
  foreground: null,
  split: null,
  attributes,
  ...rest,
})

const samples = [
  sample('a', { angle: '170', lot: 'A', 'exposure time': 'exp1' }),
  sample('b', { angle: '180.0', lot: 'B' }, { label: 'anomalous', defect: 'scratch' }),
  sample('c', { angle: '190', lot: 'and' }, { part: '7' }),
  sample('d', { angle: '', lot: '10' }),
]
const select = (text: string): string =>
  selectSamples(samples, text)
    .map(({ id }) => id)
    .join('')

describe('selectSamples', () => {
  it.each([
    ['angle in 170..180', 'ab'],
    ['angle in -5..1e3', 'abc'],
    ['angle = 180', 'b'], // numbers, not text
    ['angle == 170', 'a'],
    ['angle != 180', 'acd'], // no value fulfils !=
    ['angle < 180', 'a'],
    ['angle <= 180', 'ab'],
    ['angle > 180', 'c'],
    ['angle>=180', 'bc'],
    ['lot = A', 'a'],
    ['lot != A and angle > 30', 'bc'],
    ['lot = A or lot = B and angle = 0', 'a'], // "and" binds closer
    ['(lot = A or lot = B) and angle > 170', 'b'],
    ['not lot = A', 'bcd'],
    ['NOT (lot = A OR angle = 190)', 'bd'],
    ['not not lot = A', 'a'],
    ['lot in (A, "and", 10)', 'acd'],
    ["lot = 'and'", 'c'],
    ['"exposure time" = exp1', 'a'],
    ['label = anomalous', 'b'],
    ['defect=scratch', 'b'],
    ['part = 7', 'c'],
    ['id in (a,d)', 'ad'],
  ])('%s', (text, expected) => {
    expect(select(text)).toBe(expected)
  })

  it('names the nearest column, and points at the wrong one', () => {
    expect(() => select('lot = A and angel > 3')).toThrow(
      '--where: no column "angel"; did you mean angle? ' +
        '(columns: id, label, part, defect, split, angle, lot, exposure time) at character 13\n' +
        '  lot = A and angel > 3\n' +
        '              ^',
    )
  })

  it('refuses to leave nothing', () => {
    expect(() => select('angle > 1000')).toThrow('--where: none of 4 samples fulfils angle > 1000')
  })
})

describe('wrong syntax', () => {
  it.each<[string, string, number]>([
    ['', 'expected a column, got the end', 1],
    ['angle', 'expected =, !=, <, <=, >, >= or in, got the end', 6],
    ['angle =', 'expected a value, got the end', 8],
    ['angle = and', 'expected a value, got "and"', 9],
    ['angle > big', 'expected a number after >, got "big"', 9],
    ['angle in 5', 'expected a range of numbers such as 170..190, or a list in parentheses', 10],
    ['angle in 9..5', 'expected a range that rises, got 9..5', 10],
    ['angle in (1 2)', 'expected "," or ")", got "2"', 13],
    ['(angle = 1', 'expected ")", got the end', 11],
    ['angle = 1)', 'expected and, or, or the end, got ")"', 10],
    ['angle = 1 lot = 2', 'expected and, or, or the end, got "lot"', 11],
    ['angle = "1', 'unexpected "', 9],
    ['and = 1', 'expected a column, got "and"', 1],
  ])('%s', (text, message, at) => {
    expect(() => parseWhere(text)).toThrow(
      `--where: ${message} at character ${at}\n  ${text}\n  ${' '.repeat(at - 1)}^`,
    )
  })

  it('any text is an expression or a UsageError', () => {
    const word = fc.constantFrom(
      'angle',
      '=',
      '(',
      ')',
      'and',
      'or',
      'not',
      'in',
      '1..2',
      '"',
      ',',
      ' ',
      '!',
      'x',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join(' ')),
        ),
        (text) => {
          try {
            parseWhere(text)
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError)
          }
        },
      ),
    )
  })
})

describe('laws', () => {
  const comparison = fc
    .tuple(
      fc.constantFrom('angle', 'lot', 'label'),
      fc.constantFrom('=', '!='),
      fc.constantFrom('170', 'A', 'nominal'),
    )
    .map((words) => words.join(' '))
  const matching = (text: string): boolean[] => samples.map(parseWhere(text).matches)

  it('De Morgan', () => {
    fc.assert(
      fc.property(comparison, comparison, (a, b) => {
        expect(matching(`not (${a} and ${b})`)).toEqual(matching(`not ${a} or not ${b}`))
      }),
    )
  })

  it('or is the union', () => {
    fc.assert(
      fc.property(comparison, comparison, (a, b) => {
        const [left, right] = [matching(a), matching(b)]
        expect(matching(`${a} or ${b}`)).toEqual(left.map((each, i) => each || right[i]))
      }),
    )
  })
})
