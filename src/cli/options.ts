/**
 * What an option is: data, declared once, from which parsing, help, configuration files and `docs/cli.md` all follow.
 */
import type { Size } from '../image/image.ts'

interface OptionBase {
  readonly description: string
  /** Heading in the help under which the option stands. */
  readonly group?: string
  /** One of these must come from the command line or the configuration file. */
  readonly required?: true
}

interface WithPlaceholder extends OptionBase {
  /** What stands for the value in the help, e.g. `DIR`. */
  readonly placeholder: string
  /** How the help names a default that is worked out, e.g. `all cores`. */
  readonly defaultText?: string
}

export interface FlagOption extends OptionBase {
  readonly type: 'flag'
}

export interface TextOption extends WithPlaceholder {
  /** A `path` is made absolute. */
  readonly type: 'text' | 'path'
  readonly default?: string
  /** True where `--no-NAME` switches the thing off; the value is then `false`. */
  readonly canBeOff?: true
  /** Syntax beyond being text: returns what is wrong, or undefined. */
  readonly check?: (value: string) => string | undefined
}

export interface ChoiceOption extends OptionBase {
  readonly type: 'choice'
  readonly choices: readonly string[]
  readonly default?: string
  readonly placeholder?: string
  /** How the help names a default that is somebody else's. */
  readonly defaultText?: string
}

export interface NumberOption extends WithPlaceholder {
  readonly type: 'integer' | 'number'
  readonly min?: number
  readonly max?: number
  /** True where `min` and `max` themselves are outside. */
  readonly isOpen?: true
  readonly default?: number
}

/** `N` or `WxH` in pixels, 8..4096 each. */
export interface SizeOption extends WithPlaceholder {
  readonly type: 'size'
}

/** `NAME=VALUE`, repeatable; a value that is JSON is taken as such. */
export interface PairsOption extends WithPlaceholder {
  readonly type: 'pairs'
}

export type Option = FlagOption | TextOption | ChoiceOption | NumberOption | SizeOption | PairsOption
/** By name, without the dashes. */
export type Options = Readonly<Record<string, Option>>

/** What stands on the command line without dashes. */
export interface Operand {
  /** Lower case; upper case in the help. */
  readonly name: string
  readonly description: string
  readonly isRequired: boolean
  readonly isRepeatable?: true
  /** A `path` is made absolute. */
  readonly type: 'text' | 'path'
  readonly choices?: readonly string[]
}

type MaybeNull<O, T> = O extends { readonly default: unknown } | { readonly required: true } ? T : T | null
type MaybeOff<O> = O extends { readonly canBeOff: true } ? false : never

/** The parsed value of an option; `null` where it was not given and has no default. */
export type Value<O extends Option> = O extends FlagOption
  ? boolean
  : O extends ChoiceOption
    ? MaybeNull<O, O['choices'][number]>
    : O extends NumberOption
      ? MaybeNull<O, number>
      : O extends SizeOption
        ? MaybeNull<O, Size>
        : O extends PairsOption
          ? Readonly<Record<string, unknown>>
          : MaybeNull<O, string> | MaybeOff<O>

export type Values<O extends Options> = { readonly [Name in keyof O]: Value<O[Name]> }

export interface Parsed<O extends Options> {
  readonly values: Values<O>
  /** By name of the operand; a repeatable one has all its values, any other at most one. */
  readonly operands: Readonly<Record<string, readonly string[]>>
  /** Names of the options that were given, on the command line or in the configuration file. */
  readonly given: ReadonlySet<string>
  /** The words after the command, as typed. */
  readonly words: readonly string[]
}

/** What a parser says is wrong with a value, or undefined: for `check`. */
export function problemOf(parse: () => unknown): string | undefined {
  try {
    parse()
    return
  } catch (error) {
    return (error as Error).message.replace(/^--[\w-]+: /, '') // the parser of arguments names the option itself
  }
}
