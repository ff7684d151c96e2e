/**
 * What an option is: one entry of a table. Everything about it follows from the entry: the type of its value in a request, what
 * the library accepts and fills in, parsing of the command line, `--help`, `docs/cli.md`, `config.json` both ways, and
 * where its value is recorded.
 *
 * Tables are keyed by the name in the library (`minTrain`); the name elsewhere is the same in kebab-case (`--min-train`).
 */
import type { Surroundings } from '../backbone/weights-folder.ts'

/** Where a raw value comes from: words of a command line, a JSON file, or a caller of the library. */
export type Form = 'text' | 'json' | 'value'

export type Reading<Value = unknown> =
  | { readonly ok: true; readonly value: Value }
  /** What was expected and what came, e.g. `expected text, got 3`. */
  | { readonly ok: false; readonly problem: string }

/** Which values there are, however they are said. */
export interface Kind<Value> {
  /** What stands for the value in the help where the entry does not say, e.g. `N|WxH`. */
  readonly placeholder: string
  /** A sentence on what may be said; null where the placeholder says it. */
  readonly rule: string | null
  /** What stands where nobody says otherwise and the entry names no default. */
  readonly blank: Value
  /** A flag takes no word after it on the command line. */
  readonly isFlag?: true
  /** `--no-NAME` switches it off. */
  readonly canBeOff?: true
  /** How a second word on the command line joins the first; absent where one must do. */
  join?(first: Value, second: Value): Value
  /** @param folder - Where relative paths start. */
  read(raw: unknown, form: Form, folder: string): Reading<Value>
  /** As a configuration file says it. */
  write(value: Value): unknown
}

/** What an entry says of its option, beside the kind of its values. */
export interface Facts<Value> {
  /** What it does, in sentences. */
  readonly help: string
  /** Heading in the help; `Options` if absent. */
  readonly group?: string
  /** What stands for the value in the help, e.g. `DIR`. */
  readonly placeholder?: string
  /** What stands where nobody says otherwise; a function where the machine decides. */
  readonly default?: Value | ((machine: Surroundings) => Value)
  /** How the help names a default that is worked out, e.g. `all cores`. */
  readonly defaultText?: string
  readonly isRequired?: true
  /** Name on the command line and in configuration files, where it is another than the table's. */
  readonly named?: string
  /** Stands on the command line without dashes, in the order of the table. */
  readonly isOperand?: true
  /** Has an effect only with one of these values of other options, or with any that is given; said without, it is refused. */
  readonly onlyWith?: Readonly<Record<string, readonly string[] | 'given'>>
  /** The part of `evaluation.json` that its value goes into as it is. */
  readonly recorded?: 'protocol'
  /** Says where things lie or how fast they go, and decides about no figure. */
  readonly isBookkeeping?: true
  /** A path that must lead somewhere: what is said if it does not. */
  readonly mustExist?: string
}

export interface Option<Value = unknown, IsRequired extends boolean = boolean> extends Facts<Value> {
  readonly kind: Kind<Value>
  /** Only for the type checker: whether a caller must name it. */
  readonly required: IsRequired
}

/** By name in the library. */
export type Table = Readonly<Record<string, Option>>

/** A request: every option with its value. */
export type Values<T extends Table> = {
  readonly [Name in keyof T]: T[Name] extends Option<infer Value> ? Value : never
}

type RequiredNames<T extends Table> = {
  [Name in keyof T]: T[Name] extends Option<infer _, true> ? Name : never
}[keyof T]

/** What a caller says: what is required, and whatever else matters to him. */
export type Asked<T extends Table> = Pick<Values<T>, RequiredNames<T>> & {
  readonly [Name in Exclude<keyof T, RequiredNames<T>>]?: Values<T>[Name] | undefined
}

/** `minTrain` -> `min-train`, or what the entry says. */
export function nameOf(key: string, { named }: Option): string {
  return named ?? key.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)
}

/** How messages name an option: the library by its key, the command line by `--min-train` or `DATASET`. */
export type Spelling = 'library' | 'command line'

export function spell(key: string, option: Option, spelling: Spelling): string {
  if (spelling === 'library') return key
  const name = nameOf(key, option)
  return option.isOperand ? name.toUpperCase() : `--${name}`
}

/** The value that stands where nobody says otherwise, before the machine decides. */
export function defaultOf(option: Option, machine: Surroundings): unknown {
  const { default: stated, kind } = option
  if (stated === undefined) return kind.blank
  return typeof stated === 'function' ? stated(machine) : stated
}
