/**
 * The command line and the configuration file -> checked values, or one error that names every mistake.
 *
 * Own parser rather than `util.parseArgs`: that one stops at the first mistake, and knows neither defaults from a file
 * nor which option was probably meant. Understood: `--name value`, `--name=value`, `--no-name`, `--` before operands.
 */

import { resolve } from 'node:path'
import { UsageError } from '../errors.ts'
import { didYouMean } from '../math/nearest-name.ts'
import type { Operand, Option, Options, Parsed, Values } from './options.ts'
import { readValue } from './read-value.ts'

export interface Syntax<O extends Options> {
  readonly options: O
  readonly operands: readonly Operand[]
}

/** Names and raw JSON values of a configuration file; `path` is for messages. */
export interface Config {
  readonly path: string
  /** Folder that relative paths in the file start from. */
  readonly folder: string
  readonly entries: Readonly<Record<string, unknown>>
}

/**
 * @param config - What the configuration file says, read by the caller; the command line wins over it.
 * @throws {UsageError} With every mistake of the command line and the file, one to a line.
 */
export function parseArguments<O extends Options>(
  argv: readonly string[],
  syntax: Syntax<O>,
  cwd: string,
  config: Config | null = null,
): Parsed<O> {
  const problems: string[] = []
  const given = new Map<string, unknown>()
  const loose: string[] = []
  readCommandLine(argv, syntax.options, cwd, given, loose, problems)
  const operands = assignOperands(loose, syntax.operands, cwd, problems)
  if (config) readConfig(config, syntax, given, operands, problems)

  const values: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(syntax.options)) {
    const isMissing = option.required && !given.has(name)
    if (isMissing && !problems.some((line) => line.startsWith(`--${name}:`))) {
      problems.push(`--${name} is required`)
    }
    values[name] = given.has(name) ? given.get(name) : defaultOf(option, cwd)
  }
  for (const operand of syntax.operands) {
    if (operand.isRequired && operands[operand.name]!.length === 0) {
      problems.push(`${operand.name.toUpperCase()} is required: ${operand.description}`)
    }
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'))
  return { values: values as Values<O>, operands, given: new Set(given.keys()), words: argv }
}

function defaultOf(option: Option, cwd: string): unknown {
  if (option.type === 'flag') return false
  if (option.type === 'pairs') return {}
  const value = 'default' in option ? option.default : undefined
  return option.type === 'path' && typeof value === 'string' ? resolve(cwd, value) : (value ?? null)
}

function readCommandLine(
  argv: readonly string[],
  options: Options,
  cwd: string,
  given: Map<string, unknown>,
  loose: string[],
  problems: string[],
): void {
  const seen = new Set<string>()
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!
    if (word === '--') {
      loose.push(...argv.slice(i + 1))
      return
    }
    if (!word.startsWith('-') || word === '-') {
      loose.push(word)
      continue
    }
    const [, dashes, written, inline] = /^(--?)([^=]*)(?:=(.*))?$/s.exec(word)!
    const switched = switchedOff(written!, options)
    const name = switched ?? written!
    const option = Object.hasOwn(options, name) ? options[name]! : undefined
    if (dashes !== '--' || !option) {
      const all = Object.entries(options).flatMap(([known, o]) =>
        canSwitchOff(o) ? [known, `no-${known}`] : [known],
      )
      problems.push(`unknown option ${dashes}${written}${didYouMean(written!, all, '--')}`)
      if (inline === undefined && argv[i + 1] !== undefined && !argv[i + 1]!.startsWith('-')) i++ // likely its value
      continue
    }
    if (seen.has(name) && option.type !== 'pairs') {
      problems.push(`--${name}: given twice`)
    }
    seen.add(name)
    let raw: unknown = inline
    if (switched !== undefined || option.type === 'flag') {
      if (inline !== undefined) problems.push(`--${written}: takes no value, got ${JSON.stringify(inline)}`)
      raw = switched === undefined
    } else if (inline === undefined) {
      const next = argv[i + 1]
      if (next === undefined || (next.startsWith('--') && next.length > 2)) {
        problems.push(`--${name}: expected a value after it`)
        continue
      }
      raw = next
      i++
    }
    const reading = readValue(option, raw, 'text', cwd)
    if (!reading.ok) problems.push(`--${name}: ${reading.problem}`)
    else if (option.type === 'pairs')
      given.set(name, { ...(given.get(name) as object), ...(reading.value as object) })
    else given.set(name, reading.value)
  }
}

const canSwitchOff = (option: Option): boolean =>
  option.type === 'flag' || ((option.type === 'text' || option.type === 'path') && option.canBeOff === true)

/** `no-cache` -> `cache` where that can be switched off. */
function switchedOff(written: string, options: Options): string | undefined {
  if (!written.startsWith('no-') || Object.hasOwn(options, written)) return
  const name = written.slice(3)
  return Object.hasOwn(options, name) && canSwitchOff(options[name]!) ? name : undefined
}

function assignOperands(
  loose: readonly string[],
  operands: readonly Operand[],
  cwd: string,
  problems: string[],
): Record<string, string[]> {
  const rest = [...loose]
  const assigned: Record<string, string[]> = {}
  for (const operand of operands) {
    const words = rest.splice(0, operand.isRepeatable ? rest.length : 1)
    assigned[operand.name] = words.flatMap((word) => checkOperand(operand, word, cwd, problems))
  }
  if (rest.length > 0)
    problems.push(`unexpected argument ${rest.map((word) => JSON.stringify(word)).join(' ')}`)
  return assigned
}

function checkOperand(operand: Operand, word: string, folder: string, problems: string[]): string[] {
  const { name, choices } = operand
  if (word === '') problems.push(`${name.toUpperCase()}: expected text, got nothing`)
  else if (choices && !choices.includes(word)) {
    problems.push(
      `${name.toUpperCase()}: expected ${choices.join(', ')}, got ${JSON.stringify(word)}${didYouMean(word, choices)}`,
    )
  }
  return [operand.type === 'path' ? resolve(folder, word) : word]
}

/** Fills in what the command line left open. `null` says "as if it were not here". */
function readConfig(
  config: Config,
  syntax: Syntax<Options>,
  given: Map<string, unknown>,
  operands: Record<string, string[]>,
  problems: string[],
): void {
  const known = [...Object.keys(syntax.options), ...syntax.operands.map((operand) => operand.name)]
  for (const [name, raw] of Object.entries(config.entries)) {
    const operand = syntax.operands.find((candidate) => candidate.name === name)
    const option = Object.hasOwn(syntax.options, name) ? syntax.options[name]! : undefined
    if (!option && !operand) {
      problems.push(`${config.path}: unknown name ${JSON.stringify(name)}${didYouMean(name, known)}`)
    } else if (raw === null) {
    } else if (operand) {
      const words = operand.isRepeatable && Array.isArray(raw) ? raw : [raw]
      if (!words.every((word) => typeof word === 'string')) {
        problems.push(`${config.path}: ${name}: expected text, got ${JSON.stringify(raw)}`)
      } else if (operands[name]!.length === 0) {
        operands[name] = words.flatMap((word) => checkOperand(operand, word, config.folder, problems))
      }
    } else if (option) {
      const reading = readValue(option, raw, 'json', config.folder)
      if (!reading.ok) problems.push(`${config.path}: ${name}: ${reading.problem}`)
      else if (option.type === 'pairs')
        given.set(name, { ...(reading.value as object), ...(given.get(name) as object) })
      else if (!given.has(name)) given.set(name, reading.value)
    }
  }
}
