/** One raw value (text from the command line, or JSON from a configuration file) -> the value of an option. */
import { resolve } from 'node:path'
import { didYouMean } from '../math/nearest-name.ts'
import type { ChoiceOption, NumberOption, Option, PairsOption, TextOption } from './options.ts'

export type Reading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string }

const good = (value: unknown): Reading => ({ ok: true, value })
const bad = (problem: string): Reading => ({ ok: false, problem })
const shown = (raw: unknown): string => JSON.stringify(raw)

/** @param source - `text` for the command line, where numbers are still written out; `json` for a configuration file. */
export function readValue(option: Option, raw: unknown, source: 'text' | 'json', cwd: string): Reading {
  switch (option.type) {
    case 'flag':
      return typeof raw === 'boolean' ? good(raw) : bad(`expected true or false, got ${shown(raw)}`)
    case 'text':
    case 'path':
      return readText(option, raw, cwd)
    case 'choice':
      return readChoice(option, raw)
    case 'integer':
    case 'number':
      return readNumber(option, raw, source)
    case 'size':
      return readSize(raw, source)
    case 'pairs':
      return readPairs(option, raw, source)
  }
}

function readText(option: TextOption, raw: unknown, cwd: string): Reading {
  if (raw === false && option.canBeOff) return good(false)
  if (typeof raw !== 'string') return bad(`expected text, got ${shown(raw)}`)
  if (raw === '') return bad('expected text, got nothing')
  const problem = option.check?.(raw)
  if (problem !== undefined) return bad(problem)
  return good(option.type === 'path' ? resolve(cwd, raw) : raw)
}

function readChoice(option: ChoiceOption, raw: unknown): Reading {
  if (typeof raw === 'string' && option.choices.includes(raw)) return good(raw)
  const hint = typeof raw === 'string' ? didYouMean(raw, option.choices) : ''
  return bad(`expected ${option.choices.join(', ')}, got ${shown(raw)}${hint}`)
}

function readNumber(option: NumberOption, raw: unknown, source: 'text' | 'json'): Reading {
  const expected = numberInWords(option)
  const value = source === 'text' ? numberFromText(raw) : raw
  if (typeof value !== 'number' || !Number.isFinite(value))
    return bad(`expected ${expected}, got ${shown(raw)}`)
  const { min = -Infinity, max = Infinity } = option
  const isInside = option.isOpen ? value > min && value < max : value >= min && value <= max
  const isWhole = option.type === 'number' || Number.isSafeInteger(value)
  return isInside && isWhole ? good(value) : bad(`expected ${expected}, got ${shown(raw)}`)
}

/** Decimal notation only: no hexadecimal, no blanks, no `Infinity`. */
function numberFromText(raw: unknown): number {
  return typeof raw === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(raw)
    ? Number(raw)
    : Number.NaN
}

/** `a whole number of at least 1`, `a number between 0 and 1 (both excluded)`. */
export function numberInWords({ type, min, max, isOpen }: NumberOption): string {
  const noun = type === 'integer' ? 'a whole number' : 'a number'
  if (min !== undefined && max !== undefined) {
    return isOpen ? `${noun} between ${min} and ${max} (both excluded)` : `${noun} from ${min} to ${max}`
  }
  if (min !== undefined) return isOpen ? `${noun} above ${min}` : `${noun} of at least ${min}`
  return noun
}

export const sizeLimits = { min: 8, max: 4096 } as const

function readSize(raw: unknown, source: 'text' | 'json'): Reading {
  const text = source === 'json' && typeof raw === 'number' ? String(raw) : raw
  const match = typeof text === 'string' ? /^(\d+)(?:x(\d+))?$/.exec(text) : null
  const width = Number(match?.[1])
  const height = Number(match?.[2] ?? match?.[1])
  const isInside = [width, height].every((side) => side >= sizeLimits.min && side <= sizeLimits.max)
  return isInside
    ? good({ width, height })
    : bad(`expected N or WxH in pixels, ${sizeLimits.min} to ${sizeLimits.max} each, got ${shown(raw)}`)
}

/** Text comes one `NAME=VALUE` at a time and is merged by the caller; JSON is an object. */
function readPairs(option: PairsOption, raw: unknown, source: 'text' | 'json'): Reading {
  if (source === 'json') {
    return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
      ? good(raw)
      : bad(`expected an object of names and values, got ${shown(raw)}`)
  }
  const match = /^([A-Za-z][\w.-]*)=(.*)$/s.exec(String(raw))
  return match
    ? good({ [match[1]!]: jsonOrText(match[2]!) })
    : bad(`expected ${option.placeholder}, got ${shown(raw)}`)
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text // words need no quotes
  }
}
