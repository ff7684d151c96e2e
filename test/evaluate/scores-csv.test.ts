import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { formatScoresCsv, parseScoresCsv } from '../../src/evaluate/scores-csv.ts'
import type { ScoreRow } from '../../src/wire/evaluation.ts'
import fc from '../fast-check.ts'

const row = fc.record({
  image: fc
    .string({ unit: 'grapheme' })
    .map((text) => text.replaceAll('\r', '').replace(/^\uFEFF/, '') || 'x'),
  part: fc.constantFrom('', '=1+1', 'a,b', ' spaced '),
  label: fc.constantFrom('nominal', 'anomalous'),
  defect: fc.constantFrom('', 'say "dent"', 'two\nlines'),
  fold: fc.nat(20),
  role: fc.constantFrom('threshold', 'inference'),
  score: fc.double({ noNaN: true }).map((x) => x + 0),
  decision: fc.constantFrom('nominal', 'anomalous', 'review'),
}) as fc.Arbitrary<ScoreRow>

describe('scores.csv', () => {
  it('reads back exactly what was written', () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        expect(parseScoresCsv(formatScoresCsv(rows), 'scores.csv')).toEqual(rows)
      }),
    )
  })
  it('has the header that outside scripts rely on', () => {
    expect(formatScoresCsv([])).toBe('image,part,label,defect,fold,role,score,decision\n')
  })
  const line = 'a.png,p1,nominal,,0,inference,0.5,nominal'
  it.each([
    ['another header', 'image,score\na,1\n'],
    ['a missing cell', `image,part,label,defect,fold,role,score,decision\n${line.slice(0, -8)}\n`],
    [
      'an unknown label',
      `image,part,label,defect,fold,role,score,decision\n${line.replace('nominal', 'good')}\n`,
    ],
    [
      'a score that is no number',
      `image,part,label,defect,fold,role,score,decision\n${line.replace('0.5', 'high')}\n`,
    ],
    ['an empty score', `image,part,label,defect,fold,role,score,decision\n${line.replace('0.5', '')}\n`],
    ['an open quote', 'image,part,label,defect,fold,role,score,decision\n"a\n'],
  ])('refuses %s, naming the file', (_, text) => {
    expect(() => parseScoresCsv(text, 'runs/x/scores.csv')).toThrow(InputError)
    expect(() => parseScoresCsv(text, 'runs/x/scores.csv')).toThrow(/runs\/x\/scores\.csv/)
  })
})
