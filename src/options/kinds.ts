/** The kinds of options there are. Each makes an entry of a table out of what is said of it. */
import { isAbsolute, resolve } from 'node:path'
import type { Size } from '../image/image.ts'
import { didYouMean } from '../math/nearest-name.ts'
import type { Facts, Form, Kind, Option, Reading } from './option.ts'

/** Null is possible where an option need not be named and has no default. */
type Filled<Value, F> = F extends { readonly default: unknown } | { readonly isRequired: true }
  ? Value
  : Value | null

/** The entry; `recorded` is kept in its type, for whoever writes the record. */
type Entry<Value, F> = Option<Value, F extends { readonly isRequired: true } ? true : false> &
  Pick<F, Extract<keyof F, 'recorded'>>

export const good = <Value>(value: Value): Reading<Value> => ({ ok: true, value })
export const bad = (problem: string): Reading<never> => ({ ok: false, problem })
export const shown = (raw: unknown): string => JSON.stringify(raw) ?? String(raw)

function entry<Value, const F>(kind: Kind<Value>, facts: F): Entry<Value, F> {
  const isRequired = (facts as Facts<Value>).isRequired === true
  return { ...facts, kind, required: isRequired } as unknown as Entry<Value, F>
}

export function flag<const F extends Facts<boolean>>(facts: F): Entry<boolean, F> {
  const kind: Kind<boolean> = {
    placeholder: '',
    rule: null,
    blank: false,
    isFlag: true,
    canBeOff: true,
    read: (raw) => (typeof raw === 'boolean' ? good(raw) : bad(`expected true or false, got ${shown(raw)}`)),
    write: (value) => value,
  }
  return entry(kind, facts)
}

export interface TextFacts extends Facts<string> {
  /** Syntax beyond being text: returns what is wrong, or undefined. */
  readonly check?: (text: string) => string | undefined
}

export function text<const F extends TextFacts>(facts: F): Entry<Filled<string, F>, F> {
  const kind: Kind<string | null> = {
    placeholder: 'TEXT',
    rule: null,
    blank: null,
    read: (raw) => readText(raw, facts.check),
    write: (value) => value,
  }
  return entry(kind as Kind<Filled<string, F>>, facts)
}

function readText(raw: unknown, check?: TextFacts['check']): Reading<string> {
  if (typeof raw !== 'string') return bad(`expected text, got ${shown(raw)}`)
  if (raw === '') return bad('expected text, got nothing')
  const problem = check?.(raw)
  return problem === undefined ? good(raw) : bad(problem)
}

/** A path, made absolute. */
export function path<const F extends TextFacts>(facts: F): Entry<Filled<string, F>, F> {
  const kind: Kind<string | null> = {
    placeholder: 'PATH',
    rule: null,
    blank: null,
    read: (raw, _, folder) => absolute(readText(raw, facts.check), folder),
    write: (value) => value,
  }
  return entry(kind as Kind<Filled<string, F>>, facts)
}

/** A path, or `--no-NAME`: off. Off is null in a request, and false in a configuration file, where null says nothing. */
export function pathOrOff<const F extends Facts<string | null>>(facts: F): Entry<string | null, F> {
  const kind: Kind<string | null> = {
    placeholder: 'PATH',
    rule: null,
    blank: null,
    canBeOff: true,
    read: (raw, _, folder) => (raw === false || raw === null ? good(null) : absolute(readText(raw), folder)),
    write: (value) => value ?? false,
  }
  return entry(kind, facts)
}

/** One path or several. */
export function paths<const F extends Facts<readonly string[]>>(facts: F): Entry<readonly string[], F> {
  const kind: Kind<readonly string[]> = {
    placeholder: 'PATH',
    rule: null,
    blank: [],
    join: (first, second) => [...first, ...second],
    read: (raw, _, folder) => {
      const readings = (Array.isArray(raw) ? raw : [raw]).map((each) => absolute(readText(each), folder))
      const wrong = readings.find((reading) => !reading.ok)
      return wrong ?? good(readings.flatMap((reading) => (reading.ok ? [reading.value] : [])))
    },
    write: (value) => value,
  }
  return entry(kind, facts)
}

function absolute(reading: Reading<string>, folder: string): Reading<string> {
  return reading.ok && !isAbsolute(reading.value) ? good(resolve(folder, reading.value)) : reading
}

/** One word of several. */
export function choice<const Choice extends string, const F extends Facts<Choice>>(
  choices: readonly Choice[],
  facts: F,
): Entry<Filled<Choice, F>, F> {
  const all = choices.join('|')
  const isListed = choices.length > 1 && all.length <= 30 && facts.placeholder === undefined
  const kind: Kind<Choice | null> = {
    placeholder: isListed ? all : '',
    rule: isListed ? null : `One of ${choices.join(', ')}.`,
    blank: null,
    read: (raw) => {
      const found = choices.find((each) => each === raw)
      if (found !== undefined) return good(found)
      const hint = typeof raw === 'string' ? didYouMean(raw, choices) : ''
      return bad(`expected ${choices.join(', ')}, got ${shown(raw)}${hint}`)
    },
    write: (value) => value,
  }
  return entry(kind as Kind<Filled<Choice, F>>, facts)
}

export interface Bounds {
  readonly min?: number
  readonly max?: number
  /** True where `min` and `max` themselves are outside. */
  readonly isOpen?: true
}

type NumberFacts = Facts<number> & Bounds

export function number<const F extends NumberFacts>(facts: F): Entry<Filled<number, F>, F> {
  return entry(numberKind('a number', facts, Number.isFinite) as Kind<Filled<number, F>>, facts)
}

export function wholeNumber<const F extends NumberFacts>(facts: F): Entry<Filled<number, F>, F> {
  return entry(numberKind('a whole number', facts, Number.isSafeInteger) as Kind<Filled<number, F>>, facts)
}

function numberKind(
  noun: string,
  bounds: Bounds,
  isOfKind: (value: unknown) => boolean,
): Kind<number | null> {
  const expected = inWords(noun, bounds)
  const { min = -Infinity, max = Infinity, isOpen } = bounds
  return {
    placeholder: 'N',
    rule: `${expected.charAt(0).toUpperCase()}${expected.slice(1)}.`,
    blank: null,
    read: (raw, form) => {
      const value = form === 'text' ? numberFromText(raw) : raw
      const isInside =
        typeof value === 'number' &&
        isOfKind(value) &&
        (isOpen ? value > min && value < max : value >= min && value <= max)
      return isInside ? good(value) : bad(`expected ${expected}, got ${shown(raw)}`)
    },
    write: (value) => value,
  }
}

/** Decimal notation only: no hexadecimal, no blanks, no `Infinity`. */
function numberFromText(raw: unknown): number {
  return typeof raw === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(raw)
    ? Number(raw)
    : Number.NaN
}

/** `a whole number of at least 1`, `a number between 0 and 1 (both excluded)`. */
function inWords(noun: string, { min, max, isOpen }: Bounds): string {
  if (min !== undefined && max !== undefined) {
    return isOpen ? `${noun} between ${min} and ${max} (both excluded)` : `${noun} from ${min} to ${max}`
  }
  if (min !== undefined) return isOpen ? `${noun} above ${min}` : `${noun} of at least ${min}`
  return noun
}

const sizeLimits = { min: 8, max: 4096 } as const

/** `N` or `WxH` in pixels; in the library `{ width, height }`. */
export function size<const F extends Facts<Size>>(facts: F): Entry<Filled<Size, F>, F> {
  const kind: Kind<Size | null> = {
    placeholder: 'N|WxH',
    rule: `${sizeLimits.min} to ${sizeLimits.max} each.`,
    blank: null,
    read: readSize,
    write: (value) => value && `${value.width}x${value.height}`,
  }
  return entry(kind as Kind<Filled<Size, F>>, facts)
}

function readSize(raw: unknown, form: Form): Reading<Size> {
  const said = form !== 'text' && typeof raw === 'number' ? String(raw) : raw
  const match = typeof said === 'string' ? /^(\d+)(?:x(\d+))?$/.exec(said) : null
  const { width, height } =
    form === 'value' && isSize(raw)
      ? raw
      : { width: Number(match?.[1]), height: Number(match?.[2] ?? match?.[1]) }
  const isInside = [width, height].every(
    (side) => Number.isInteger(side) && side >= sizeLimits.min && side <= sizeLimits.max,
  )
  return isInside
    ? good({ width, height })
    : bad(`expected N or WxH in pixels, ${sizeLimits.min} to ${sizeLimits.max} each, got ${shown(raw)}`)
}

const isSize = (raw: unknown): raw is Size =>
  typeof raw === 'object' && raw !== null && 'width' in raw && 'height' in raw

export type Pairs = Readonly<Record<string, unknown>>

/** `NAME=VALUE`, repeatable; a value that is JSON is taken as such. Elsewhere an object of names and values. */
export function pairs<const F extends Facts<Pairs>>(facts: F): Entry<Pairs, F> {
  const placeholder = facts.placeholder ?? 'NAME=VALUE'
  const kind: Kind<Pairs> = {
    placeholder,
    rule: null,
    blank: {},
    join: (first, second) => ({ ...first, ...second }),
    read: (raw, form) => {
      if (form !== 'text') {
        return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
          ? good(raw as Pairs)
          : bad(`expected an object of names and values, got ${shown(raw)}`)
      }
      const [, name, value] = /^([A-Za-z][\w.-]*)=(.*)$/s.exec(String(raw)) ?? []
      return name === undefined || value === undefined
        ? bad(`expected ${placeholder}, got ${shown(raw)}`)
        : good({ [name]: jsonOrText(value) })
    },
    write: (value) => value,
  }
  return entry(kind, facts)
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text // words need no quotes
  }
}

/** A value with a notation of its own. */
export interface Notation<Value> {
  readonly placeholder: string
  /** @returns What is wrong, as `expected …`; what came is added. */
  parse(text: string): Reading<Value>
  format(value: Value): string
  /** Whether a caller of the library gave a value rather than its notation. */
  is(raw: unknown): raw is Value
}

export function noted<Value, const F extends Facts<Value>>(
  { placeholder, parse, format, is }: Notation<Value>,
  facts: F,
): Entry<Filled<Value, F>, F> {
  const kind: Kind<Value | null> = {
    placeholder,
    rule: null,
    blank: null,
    read: (raw, form) => {
      if (form !== 'text' && is(raw)) return good(raw)
      const said = readText(raw)
      return said.ok ? parse(said.value) : said
    },
    write: (value) => (value === null ? null : format(value)),
  }
  return entry(kind as Kind<Filled<Value, F>>, facts)
}

/** What a parser says is wrong with a text, or undefined: for `check`. */
export function problemOf(parse: () => unknown): string | undefined {
  try {
    parse()
    return
  } catch (error) {
    return (error as Error).message.replace(/^--[\w-]+: /, '') // the reader names the option itself
  }
}
