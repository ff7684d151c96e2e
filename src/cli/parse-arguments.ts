/**
 * The command line and the configuration file -> checked values, or one error that names every mistake.
 *
 * Own parser rather than `util.parseArgs`: that one stops at the first mistake, and knows neither defaults from a file
 * nor which option was probably meant. Understood: `--name value`, `--name=value`, `--no-name`, `--` before operands.
 */
import type { Surroundings } from '../backbone/weights-folder.ts'
import { UsageError } from '../errors.ts'
import { didYouMean } from '../math/nearest-name.ts'
import { type Kind, nameOf, type Option, spell, type Table, type Values } from '../options/option.ts'
import { fillIn, idle, missing } from '../options/request.ts'

/** Where a command runs. */
export interface Place {
  /** Absolute; relative paths start here. */
  readonly cwd: string
  readonly machine: Surroundings
}

/** Names and raw JSON values of a configuration file; `path` is for messages. */
export interface Config {
  readonly path: string
  /** Folder that relative paths in the file start from. */
  readonly folder: string
  readonly entries: Readonly<Record<string, unknown>>
}

export interface Parsed<T extends Table> {
  readonly values: Values<T>
  /** Names of the options that were given, on the command line or in the configuration file. */
  readonly given: ReadonlySet<string>
}

interface Named {
  readonly key: string
  readonly name: string
  readonly option: Option
}

/**
 * @param config - What the configuration file says, read by the caller; the command line wins over it.
 * @throws {UsageError} With every mistake of the command line and the file, one to a line.
 */
export function parseArguments<T extends Table>(
  argv: readonly string[],
  table: T,
  { cwd, machine }: Place,
  config: Config | null = null,
): Parsed<T> {
  const known = Object.entries(table).map(
    ([key, option]): Named => ({ key, name: nameOf(key, option), option }),
  )
  const reader = createReader(cwd)
  const loose = readCommandLine(argv, known, reader)
  assignOperands(loose, known, reader)
  if (config) readConfig(config, known, reader)

  const { given, problems } = reader
  const said = (line: string) => problems.some((problem) => problem.startsWith(`${line.split(' ')[0]}:`))
  problems.push(...missing(table, given, 'command line').filter((line) => !said(line)))
  const values = fillIn({ options: table }, given, machine, cwd) as Values<T>
  if (problems.length === 0) problems.push(...idle(table, values, given.keys(), 'command line'))
  if (problems.length > 0) throw new UsageError(problems.join('\n'))
  return { values, given: new Set(given.keys()) }
}

interface Reader {
  readonly cwd: string
  /** Values by key. */
  readonly given: Map<string, unknown>
  readonly problems: string[]
  /** Reads a word and keeps it, or the problem with it. */
  word(named: Named, raw: unknown): void
}

function createReader(cwd: string): Reader {
  const given = new Map<string, unknown>()
  const problems: string[] = []
  return {
    cwd,
    given,
    problems,
    word({ key, option }, raw) {
      const reading = option.kind.read(raw, 'text', cwd)
      if (!reading.ok) problems.push(`${spell(key, option, 'command line')}: ${reading.problem}`)
      else given.set(key, joined(option.kind, given.get(key), reading.value))
    },
  }
}

/** The later word wins where the kind does not join the two. */
const joined = (kind: Kind<unknown>, first: unknown, second: unknown): unknown =>
  first !== undefined && kind.join ? kind.join(first, second) : second

/** @returns The words without dashes. */
function readCommandLine(argv: readonly string[], known: readonly Named[], reader: Reader): string[] {
  const options = known.filter(({ option }) => !option.isOperand)
  const { problems } = reader
  const loose: string[] = []
  const seen = new Set<string>()
  const words = argv.values()
  let ahead: string | undefined
  const next = (): string | undefined => {
    const word = ahead ?? words.next().value
    ahead = undefined
    return word
  }
  const peek = (): string | undefined => {
    ahead ??= words.next().value
    return ahead
  }
  for (let word = next(); word !== undefined; word = next()) {
    if (word === '--') {
      for (let rest = next(); rest !== undefined; rest = next()) loose.push(rest)
      break
    }
    if (!word.startsWith('-') || word === '-') {
      loose.push(word)
      continue
    }
    const [, dashes = '', written = '', inline] = /^(--?)([^=]*)(?:=(.*))?$/s.exec(word) ?? []
    const [named, isOff] = find(written, options)
    if (dashes !== '--' || named === undefined) {
      const all = options.flatMap(({ name, option }) =>
        option.kind.canBeOff ? [name, `no-${name}`] : [name],
      )
      problems.push(`unknown option ${dashes}${written}${didYouMean(written, all, '--')}`)
      if (inline === undefined && peek()?.startsWith('-') === false) next() // likely its value
      continue
    }
    const { name, option } = named
    if (seen.has(name) && !option.kind.join) problems.push(`--${name}: given twice`)
    seen.add(name)
    if (isOff || option.kind.isFlag) {
      if (inline !== undefined) problems.push(`--${written}: takes no value, got ${JSON.stringify(inline)}`)
      reader.word(named, !isOff)
    } else if (inline !== undefined) {
      reader.word(named, inline)
    } else {
      const value = peek()
      if (value === undefined || (value.startsWith('--') && value.length > 2)) {
        problems.push(`--${name}: expected a value after it`)
      } else {
        next()
        reader.word(named, value)
      }
    }
  }
  return loose
}

/** The option, and whether `no-` before its name switches it off. */
function find(written: string, options: readonly Named[]): [Named | undefined, boolean] {
  const named = options.find(({ name }) => name === written)
  if (named !== undefined || !written.startsWith('no-')) return [named, false]
  const off = options.find(({ name, option }) => option.kind.canBeOff && `no-${name}` === written)
  return [off, off !== undefined]
}

function assignOperands(loose: readonly string[], known: readonly Named[], reader: Reader): void {
  const rest = [...loose]
  for (const named of known.filter(({ option }) => option.isOperand)) {
    for (const word of rest.splice(0, named.option.kind.join ? rest.length : 1)) reader.word(named, word)
  }
  if (rest.length === 0) return
  reader.problems.push(`unexpected argument ${rest.map((word) => JSON.stringify(word)).join(' ')}`)
}

/** Fills in what the command line left open. `null` says "as if it were not here". */
function readConfig({ path, folder, entries }: Config, known: readonly Named[], reader: Reader): void {
  const { given, problems } = reader
  for (const [name, raw] of Object.entries(entries)) {
    const named = known.find((each) => each.name === name)
    if (named === undefined) {
      const names = known.map((each) => each.name)
      problems.push(`${path}: unknown name ${JSON.stringify(name)}${didYouMean(name, names)}`)
      continue
    }
    if (raw === null) continue
    const { key, option } = named
    const reading = option.kind.read(raw, 'json', folder)
    if (!reading.ok) problems.push(`${path}: ${name}: ${reading.problem}`)
    else if (!given.has(key)) given.set(key, reading.value)
    else if (option.kind.join && !option.isOperand)
      given.set(key, option.kind.join(reading.value, given.get(key)))
  }
}
