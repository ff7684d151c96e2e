/** `--help`: the overview, and the page of a command, from the same data that parsing uses. */
import { nameOf, type Option, type Table } from '../options/option.ts'
import type { Command } from './command.ts'
import { generalOptions } from './general-options.ts'
import { definitions, textWidth, wrap } from './layout-text.ts'

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
  const operands = operandsOf(command.options)
  if (operands.length > 0) {
    const rows = operands.map(([key, option]) => [nameOf(key, option).toUpperCase(), option.help] as const)
    parts.push(`Arguments\n${definitions(rows, width)}`)
  }
  for (const [heading, options] of groupOptions({ ...command.options, ...generalOptions })) {
    const rows = options.map(([key, option]) => [optionInWords(key, option), meaningOf(option)] as const)
    parts.push(`${heading}\n${definitions(rows, width)}`)
  }
  parts.push(`Examples\n${command.examples.map((line) => `  ${line}`).join('\n')}`)
  return `${parts.join('\n\n')}\n`
}

/** `plumbline evaluate DATASET --out DIR [OPTIONS]`. */
export function usageOf({ name, options }: Command): string {
  const required = Object.entries(options).filter(([, option]) => option.isRequired && !option.isOperand)
  return [
    `plumbline ${name}`,
    ...operandsOf(options).map(([key, option]) => operandInWords(key, option)),
    ...required.map(([key, option]) => optionInWords(key, option)),
    '[OPTIONS]',
  ].join(' ')
}

export function operandsOf(options: Table): [string, Option][] {
  return Object.entries(options).filter(([, option]) => option.isOperand)
}

function operandInWords(key: string, option: Option): string {
  const word = nameOf(key, option).toUpperCase() + (option.kind.join ? '...' : '')
  return option.isRequired ? word : `[${word}]`
}

/** `--size N|WxH`, `--[no-]cache DIR`, `--no-fixtures` of a flag that is on, `--fit pad|stretch|crop`. */
export function optionInWords(key: string, option: Option): string {
  const name = nameOf(key, option)
  const { isFlag, canBeOff, placeholder } = option.kind
  if (isFlag) return option.default === true ? `--no-${name}` : `--${name}`
  return `--${canBeOff ? '[no-]' : ''}${name} ${option.placeholder ?? (placeholder || name.toUpperCase())}`
}

/** What it does, then what may be said, then the default. */
export function meaningOf(option: Option): string {
  const facts: string[] = []
  if (option.kind.rule !== null) facts.push(option.kind.rule)
  if (option.isRequired) facts.push('Required.')
  const byDefault = defaultInWords(option)
  if (byDefault !== undefined) facts.push(`Default: ${byDefault}.`)
  return [option.help, ...facts].join(' ')
}

function defaultInWords({ defaultText, default: value, kind }: Option): string | undefined {
  if (defaultText !== undefined || value === undefined || kind.isFlag) return defaultText
  return String(kind.write(value))
}

/** In the order in which the groups first occur; without a group: `Options`, first. */
export function groupOptions(options: Table): Map<string, [string, Option][]> {
  const groups = new Map<string, [string, Option][]>()
  for (const [key, option] of Object.entries(options)) {
    if (option.isOperand) continue
    const heading = option.group ?? 'Options'
    groups.set(heading, [...(groups.get(heading) ?? []), [key, option]])
  }
  return groups
}
