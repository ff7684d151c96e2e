import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { formatCsv } from '../../src/files/csv.ts'

it('writes what a reader of CSV reads back', () => {
  const rows = [
    ['plain', 'with, comma', 'with "quotes"'],
    ['line\nbreak', ' space ', ''],
    ['a;b', 'tab\tbed', '=1+1'],
  ]
  const text = formatCsv(['a', 'b,c', 'd'], rows)
  expect(parse(text)).toEqual([['a', 'b,c', 'd'], ...rows])
  expect(text.startsWith('a,"b,c",d\nplain,"with, comma","with ""quotes"""\n')).toBe(true)
  expect(formatCsv(['n', 'is'], [[1.5, true]])).toBe('n,is\n1.5,true\n')
})
