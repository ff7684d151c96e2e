/** `--help`: the overview, and the page of a command, from the same data that parsing uses. */
import type { Command } from './command.ts'
import { generalOptions } from './common-options.ts'
import { definitions, textWidth, wrap } from './layout-text.ts'
import type { ChoiceOption, Operand, Option, Options } from './options.ts'
import { numberInWords, sizeLimits } from './read-value.ts'

export const exitCodes: readonly (readonly [string, string])[] = [
  ['0', 'done'],
  ['1', 'a fault of Plumbline'],
  ['2', 'wrong usage'],
  ['3', 'bad input: a file missing or undecodable, an empty folder; the message has path and reason'],
  ['4', 'a model or weights file is wrong'],
  ['5', 'refused for a statistical reason: too few samples'],
  ['6', '`--fail-on` was met'],
  ['130', 'interrupted'],
]

export function overviewHelp(commands: readonly Command[], columns: number): string {
  const width = textWidth(columns)
  return `${[
    wrap(
      'Visual defect detection, and an honest estimate of whether it will hold on the factory floor.',
      width,
    ),
    'Usage: plumbline COMMAND [ARGUMENTS] [OPTIONS]',
    `Commands\n${definitions(
      commands.map(({ name, summary }) => [name, `${summary}.`]),
      width,
    )}`,
    wrap('`plumbline help COMMAND` explains a command. `plumbline --version` prints the version.', width),
    wrap('New here? `plumbline demo` needs no data and no download.', width),
    `Exit codes\n${definitions(exitCodes, width)}`,
  ].join('\n\n')}\n`
}

export function commandHelp(command: Command, columns: number): string {
  const width = textWidth(columns)
  const parts = [wrap(`${command.summary}.`, width), wrap(`Usage: ${usageOf(command)}`, width)]
  for (const paragraph of command.description ?? []) parts.push(wrap(paragraph, width))
  if (command.operands.length > 0) {
    const rows = command.operands.map((operand) => [operand.name.toUpperCase(), operand.description] as const)
    parts.push(`Arguments\n${definitions(rows, width)}`)
  }
  for (const [heading, options] of groupOptions({ ...command.options, ...generalOptions })) {
    const rows = options.map(([name, option]) => [optionInWords(name, option), meaningOf(option)] as const)
    parts.push(`${heading}\n${definitions(rows, width)}`)
  }
  parts.push(`Examples\n${command.examples.map((line) => `  ${line}`).join('\n')}`)
  return `${parts.join('\n\n')}\n`
}

/** `plumbline evaluate DATASET --out DIR [OPTIONS]`. */
export function usageOf({ name, operands, options }: Command): string {
  const required = Object.entries(options).filter(([, option]) => option.required)
  return [
    `plumbline ${name}`,
    ...operands.map(operandInWords),
    ...required.map(([option, spec]) => optionInWords(option, spec)),
    '[OPTIONS]',
  ].join(' ')
}

function operandInWords({ name, isRequired, isRepeatable }: Operand): string {
  const word = name.toUpperCase() + (isRepeatable ? '...' : '')
  return isRequired ? word : `[${word}]`
}

/** `--size N|WxH`, `--[no-]cache DIR`, `--fit pad|stretch|crop`. */
export function optionInWords(name: string, option: Option): string {
  if (option.type === 'flag') return `--${name}`
  if (option.type === 'choice') return `--${name} ${placeholderOf(name, option)}`
  const canBeOff = 'canBeOff' in option && option.canBeOff
  return `--${canBeOff ? '[no-]' : ''}${name} ${option.placeholder}`
}

/** The choices themselves where they are few and short. */
function placeholderOf(name: string, { placeholder, choices }: ChoiceOption): string {
  const all = choices.join('|')
  return placeholder ?? (choices.length > 1 && all.length <= 30 ? all : name.toUpperCase())
}

/** Description, then what may be said, then the default. */
export function meaningOf(option: Option): string {
  const facts: string[] = []
  const isListed = option.type === 'choice' && placeholderOf('', option) === option.choices.join('|')
  if (option.type === 'choice' && !isListed) facts.push(`One of ${option.choices.join(', ')}.`)
  if (option.type === 'integer' || option.type === 'number') facts.push(`${capital(numberInWords(option))}.`)
  if (option.type === 'size') facts.push(`${sizeLimits.min} to ${sizeLimits.max} each.`)
  if (option.required) facts.push('Required.')
  const byDefault = defaultInWords(option)
  if (byDefault !== undefined) facts.push(`Default: ${byDefault}.`)
  return [option.description, ...facts].join(' ')
}

function defaultInWords(option: Option): string | undefined {
  if ('default' in option && option.default !== undefined) return String(option.default)
  return 'defaultText' in option ? option.defaultText : undefined
}

/** In the order in which the groups first occur; without a group: `Options`, first. */
export function groupOptions(options: Options): Map<string, [string, Option][]> {
  const groups = new Map<string, [string, Option][]>()
  for (const [name, option] of Object.entries(options)) {
    const heading = option.group ?? 'Options'
    groups.set(heading, [...(groups.get(heading) ?? []), [name, option]])
  }
  return groups
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
