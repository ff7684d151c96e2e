/**
 * `--where`: an expression over the columns of a dataset that picks samples.
 *
 *     angle in 170..190 and not (lot = A or lot = "B 2")
 *
 * Grammar, loosest first: `or`, `and`, `not`, parentheses, comparison. A comparison is `COLUMN OP VALUE` with
 * `= != < <= > >=`, `COLUMN in LOW..HIGH` (both included) or `COLUMN in (A, B, C)`. Columns are the attributes of the
 * samples and `id label part defect split`. `=` compares numbers where both sides are numbers, else text; the others
 * compare numbers. A sample without a value in the column fulfils only `!=`.
 */
import { UsageError } from '../errors.ts'
import { didYouMean } from '../math/nearest-name.ts'
import type { Sample } from './sample.ts'

export interface Where {
  readonly matches: (sample: Sample) => boolean
  /** Columns used, with their place in the text (from 0), for messages. */
  readonly columns: readonly { readonly name: string; readonly at: number }[]
}

const ownColumns = ['id', 'label', 'part', 'defect', 'split'] as const
const numberShape = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/**
 * The samples that fulfil the expression, in their order.
 *
 * @throws {UsageError} Wrong syntax; a column that no sample has; no sample left.
 */
export function selectSamples(samples: readonly Sample[], text: string): readonly Sample[] {
  const where = parseWhere(text)
  const known = new Set<string>(ownColumns)
  for (const sample of samples) for (const name of Object.keys(sample.attributes)) known.add(name)
  for (const { name, at } of where.columns) {
    if (!known.has(name)) {
      const names = [...known]
      fail(text, at, `no column "${name}"${didYouMean(name, names)} (columns: ${names.join(', ')})`)
    }
  }
  const selected = samples.filter(where.matches)
  if (selected.length === 0)
    throw new UsageError(`--where: none of ${samples.length} samples fulfils ${text}`)
  return selected
}

/** @throws {UsageError} Wrong syntax, with a mark under the place. */
export function parseWhere(text: string): Where {
  const tokens = tokenize(text)
  const columns: { name: string; at: number }[] = []
  let next = 0

  const peek = (): Token => tokens[next]!
  const isWord = (word: string): boolean => peek().kind === 'word' && peek().text.toLowerCase() === word
  const isSymbol = (symbol: string): boolean => peek().kind === 'symbol' && peek().text === symbol
  const wanted = (what: string): never =>
    fail(text, peek().at, `expected ${what}, got ${peek().kind === 'end' ? 'the end' : `"${peek().text}"`}`)

  const parseChain = (word: 'or' | 'and', parseTerm: () => Test): Test => {
    const terms = [parseTerm()]
    while (isWord(word)) {
      next++
      terms.push(parseTerm())
    }
    if (terms.length === 1) return terms[0]!
    return word === 'or' ? (s) => terms.some((term) => term(s)) : (s) => terms.every((term) => term(s))
  }
  const parseEither = (): Test => parseChain('or', () => parseChain('and', parseUnary))
  const parseUnary = (): Test => {
    if (isWord('not')) {
      next++
      const negated = parseUnary()
      return (sample) => !negated(sample)
    }
    if (!isSymbol('(')) return parseComparison()
    next++
    const inner = parseEither()
    if (!isSymbol(')')) wanted('")"')
    next++
    return inner
  }
  const parseComparison = (): Test => {
    const column = peek()
    if (column.kind !== 'text' && !(column.kind === 'word' && !reserved.has(column.text.toLowerCase()))) {
      wanted('a column')
    }
    next++
    columns.push({ name: column.text, at: column.at })
    const cell = (sample: Sample): string => cellOf(sample, column.text)
    if (isWord('in')) {
      next++
      return parseMembership(cell)
    }
    const operator = peek()
    if (operator.kind !== 'symbol' || !Object.hasOwn(comparisons, operator.text)) {
      wanted('=, !=, <, <=, >, >= or in')
    }
    next++
    const at = peek().at
    const value = parseValue('a value')
    if (operator.text === '=' || operator.text === '==') return (sample) => equal(cell(sample), value)
    if (operator.text === '!=') return (sample) => !equal(cell(sample), value)
    if (!numberShape.test(value)) fail(text, at, `expected a number after ${operator.text}, got "${value}"`)
    const compare = comparisons[operator.text]!
    return (sample) => numberShape.test(cell(sample)) && compare(Number(cell(sample)), Number(value))
  }
  const parseMembership = (cell: (sample: Sample) => string): Test => {
    if (isSymbol('(')) {
      const values: string[] = []
      do {
        next++
        values.push(parseValue('a value'))
      } while (isSymbol(','))
      if (!isSymbol(')')) wanted('"," or ")"')
      next++
      return (sample) => values.some((value) => equal(cell(sample), value))
    }
    const at = peek().at
    const [low, high, ...more] = parseValue('LOW..HIGH or (A, B)').split('..')
    if (more.length > 0 || ![low, high].every((end) => end !== undefined && numberShape.test(end))) {
      fail(text, at, 'expected a range of numbers such as 170..190, or a list in parentheses')
    }
    if (Number(low) > Number(high)) fail(text, at, `expected a range that rises, got ${low}..${high}`)
    return (sample) => {
      const value = cell(sample)
      return numberShape.test(value) && Number(value) >= Number(low) && Number(value) <= Number(high)
    }
  }
  const parseValue = (what: string): string => {
    const token = peek()
    if (token.kind !== 'text' && !(token.kind === 'word' && !reserved.has(token.text.toLowerCase())))
      wanted(what)
    next++
    return token.text
  }

  const matches = parseEither()
  if (peek().kind !== 'end') wanted('and, or, or the end')
  return { matches, columns }
}

type Test = (sample: Sample) => boolean

const reserved = new Set(['and', 'or', 'not', 'in'])

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

function equal(cell: string, value: string): boolean {
  return numberShape.test(cell) && numberShape.test(value) ? Number(cell) === Number(value) : cell === value
}

/** Attributes first: a manifest may well have a column called `id`. Empty where there is no value. */
function cellOf(sample: Sample, column: string): string {
  if (Object.hasOwn(sample.attributes, column)) return sample.attributes[column]!
  const own = ownColumns.find((name) => name === column)
  return own === undefined ? '' : (sample[own] ?? '')
}

interface Token {
  /** `word` is bare, `text` was quoted. */
  readonly kind: 'word' | 'text' | 'symbol' | 'end'
  readonly text: string
  readonly at: number
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  const shape =
    /\s*(?:(?<symbol>[<>!=]=|[<>=(),])|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<word>[^\s<>!=(),"']+))/y
  let at = 0
  while (text.slice(at).trim() !== '') {
    shape.lastIndex = at
    const match = shape.exec(text)
    const start = text.length - text.slice(at).trimStart().length
    if (!match?.groups) return fail(text, start, `unexpected ${text[start]}`)
    const { symbol, double, single, word } = match.groups
    if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol, at: start })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at: start })
    else tokens.push({ kind: 'text', text: double ?? single ?? '', at: start })
    at = shape.lastIndex
  }
  tokens.push({ kind: 'end', text: '', at: text.length })
  return tokens
}

/** Shows the place: the expression on a line of its own, a caret under the character. */
function fail(text: string, at: number, message: string): never {
  throw new UsageError(`--where: ${message} at character ${at + 1}\n  ${text}\n  ${' '.repeat(at)}^`)
}
