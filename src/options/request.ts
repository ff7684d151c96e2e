/**
 * A request: what a function of the library asks for, as a table of options; whole once every default is filled in.
 *
 * What only the data can tell (does the backbone exist, is there such a column) is checked where the data is.
 */
import { existsSync } from 'node:fs'
import { type Surroundings, thisMachine } from '../backbone/weights-folder.ts'
import { InputError, UsageError } from '../errors.ts'
import { didYouMean } from '../math/nearest-name.ts'
import { type Asked, defaultOf, type Spelling, spell, type Table, type Values } from './option.ts'

/** Who asked, and when: recorded with the results, without influence on any figure. */
export interface Provenance {
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** The command as it was typed, e.g. `plumbline evaluate parts --out runs/1`; the function's name if it was called. */
  readonly command: string
}

/** What may be asked of a function of the library. */
export interface Ask<T extends Table = Table> {
  /** The function. */
  readonly caller: string
  readonly options: T
  /**
   * What options do to each other, beyond what `onlyWith` says.
   *
   * @throws {UsageError} They contradict each other, or one has no effect.
   */
  check?(request: Values<T>): void | Promise<void>
}

/** What a caller of the library says. */
export type OptionsOf<A extends Ask> = Asked<A['options']> & Partial<Provenance>
/** The same with everything filled in; paths absolute. */
export type RequestOf<A extends Ask> = Values<A['options']> & Provenance

export function defineAsk<const T extends Table>(ask: Ask<T>): Ask<T> {
  return ask
}

const provenance = ['createdAt', 'command']

/** Requests that are whole and checked, so that nobody does it twice. */
const whole = new WeakSet<object>()

/** Whoever has filled in and checked every option itself, as the command line has, says so. */
export function wholeRequest<V extends object>(values: V, by: Provenance): V & Provenance {
  const request = { ...values, ...by }
  whole.add(request)
  return request
}

/**
 * What a caller said -> the whole request. A whole request passes unchanged.
 *
 * @throws {UsageError} With every mistake, one to a line. @throws {InputError} A path that must exist does not.
 */
export async function makeRequest<A extends Ask>(ask: A, said: OptionsOf<A>): Promise<RequestOf<A>> {
  const { caller, options: table } = ask
  if (whole.has(said)) return said as RequestOf<A>
  const machine = thisMachine()
  const problems: string[] = []
  const given = new Map<string, unknown>()
  for (const [key, raw] of Object.entries(said)) {
    if (raw === undefined || provenance.includes(key)) continue
    const option = Object.hasOwn(table, key) ? table[key] : undefined
    if (option === undefined) {
      problems.push(`unknown option ${key}${didYouMean(key, Object.keys(table))}`)
    } else if (raw !== null || option.kind.canBeOff) {
      const reading = option.kind.read(raw, 'value', process.cwd())
      if (reading.ok) given.set(key, reading.value)
      else problems.push(`${key}: ${reading.problem}`)
    }
  }
  problems.push(...missing(table, given, 'library'))
  const values = fillIn(ask, given, machine, process.cwd())
  // Only what differs from the default can be meant: a copy of a whole request names everything.
  const isMeant = (key: string): boolean => values[key] !== defaultOf(table[key]!, machine)
  if (problems.length === 0)
    problems.push(...idle(table, values, [...given.keys()].filter(isMeant), 'library'))
  if (problems.length > 0) throw new UsageError(problems.map((problem) => `${caller}: ${problem}`).join('\n'))
  await ask.check?.(values)
  requirePaths(table, values, machine)
  const { createdAt = new Date().toISOString(), command = caller } = said
  return wholeRequest(values, { createdAt, command }) as RequestOf<A>
}

/** Every option with its value: what was said, else its default. */
export function fillIn<A extends Pick<Ask, 'options'>>(
  { options }: A,
  given: ReadonlyMap<string, unknown>,
  machine: Surroundings,
  folder: string,
): Values<A['options']> {
  const values = Object.entries(options).map(([key, option]) => {
    if (given.has(key)) return [key, given.get(key)]
    const value = defaultOf(option, machine)
    const reading = value === null ? null : option.kind.read(value, 'value', folder) // makes paths absolute
    return [key, reading?.ok ? reading.value : value]
  })
  return Object.fromEntries(values)
}

/** What was not said and must be. */
export function missing(table: Table, given: ReadonlyMap<string, unknown>, spelling: Spelling): string[] {
  const absent = Object.entries(table).filter(([key, { isRequired }]) => isRequired && !given.has(key))
  return [
    ...absent.filter(([, option]) => !option.isOperand),
    ...absent.filter(([, option]) => option.isOperand),
  ].map(
    ([key, option]) =>
      `${spell(key, option, spelling)} is required${option.isOperand ? `: ${option.help}` : ''}`,
  )
}

/** What was said and has no effect, by `onlyWith`. */
export function idle(
  table: Table,
  values: Readonly<Record<string, unknown>>,
  given: Iterable<string>,
  spelling: Spelling,
): string[] {
  return [...given].flatMap((key) => {
    const option = table[key]!
    const conflict = Object.entries(option.onlyWith ?? {}).find(([other, allowed]) => {
      const value = values[other]
      return allowed === 'given' ? value === null || value === false : !allowed.includes(String(value))
    })
    if (conflict === undefined) return []
    const [other, allowed] = conflict
    const idleOne = `${spell(key, option, spelling)} has no effect`
    const with_ = spell(other, table[other]!, spelling)
    if (allowed === 'given') return [`${idleOne} without ${with_}`]
    const only = allowed.includes('null') ? 'only without it' : `only ${allowed.join(', ')}`
    return [`${idleOne} with ${with_} ${values[other]} (${only})`]
  })
}

/** Whether the option is read, by `onlyWith`. */
export function isRead(table: Table, key: string, values: Readonly<Record<string, unknown>>): boolean {
  return idle(table, values, [key], 'library').length === 0
}

/** @throws {InputError} There is nothing where a path must lead somewhere; a default need not. */
export function requirePaths(
  table: Table,
  values: Readonly<Record<string, unknown>>,
  machine: Surroundings,
): void {
  for (const [key, option] of Object.entries(table)) {
    const path = values[key]
    if (option.mustExist === undefined || typeof path !== 'string') continue
    if (path !== defaultOf(option, machine) && !existsSync(path)) throw new InputError(path, option.mustExist)
  }
}

/** What of a request is recorded in `evaluation.json` as it is. */
export type Recorded<T extends Table> = Pick<
  Values<T>,
  { [Name in keyof T]: T[Name] extends { readonly recorded: 'protocol' } ? Name : never }[keyof T]
>

export function recorded<T extends Table>(table: T, request: Values<T>): Recorded<T> {
  const entries = Object.entries(table).filter(([, option]) => option.recorded === 'protocol')
  return Object.fromEntries(entries.map(([key]) => [key, request[key]])) as Recorded<T>
}
