/** The command line: picks a command, imports only its file, runs it, and turns every outcome into an exit code. */
import { UsageError } from '../errors.ts'
import { didYouMean } from '../math/nearest-name.ts'
import { requirePaths, wholeRequest } from '../options/request.ts'
import { version } from '../version.ts'
import type { Answer, Call, Command } from './command.ts'
import { commandNames, findCommand, loadCommands } from './commands.ts'
import { readConfigFile } from './config-file.ts'
import type { Effects } from './effects.ts'
import { generalOptions } from './general-options.ts'
import { commandHelp, overviewHelp } from './help.ts'
import { parseArguments } from './parse-arguments.ts'
import { reportError } from './report-error.ts'
import { provenanceOf, surroundings } from './surroundings.ts'
import { createTerminalTask } from './terminal-progress.ts'

/** @returns The exit code, by the table of `docs/cli.md`. Never throws. */
export async function main(argv: readonly string[], effects: Effects): Promise<number> {
  const manners = { json: isGiven(argv, '--json'), debug: isGiven(argv, '--debug') }
  const [first, ...rest] = argv
  try {
    if (first === '--version') return say(effects, `${version}\n`)
    if (first === '--help' || first === '-h')
      return say(effects, overviewHelp(await loadCommands(), effects.columns))
    if (first === 'help') return await help(rest, effects)
    const command = await pickCommand(first)
    if (isGiven(rest, '--help') || isGiven(rest, '-h'))
      return say(effects, commandHelp(command, effects.columns))
    const { answer, json } = await runCommand(command, rest, effects)
    say(effects, json ? `${JSON.stringify(answer.json, null, 2)}\n` : answer.text)
    return answer.failure
      ? reportError(answer.failure, effects, { ...manners, json: false, command: first })
      : 0
  } catch (error) {
    const command = commandNames.find((name) => name === first)
    return reportError(error, effects, { ...manners, command })
  }
}

async function runCommand(
  command: Command,
  argv: readonly string[],
  effects: Effects,
): Promise<{ answer: Answer; json: boolean }> {
  const config = await readConfigFile(argv, effects.cwd)
  const machine = surroundings(effects)
  const table: typeof generalOptions = { ...command.options, ...generalOptions }
  const { values } = parseArguments(argv, table, { cwd: effects.cwd, machine }, config)
  const { config: _, json, quiet, debug: __, help: ___, ...own } = values
  await command.check?.(own)
  requirePaths(command.options, own, machine)
  const task = createTerminalTask(effects, { isQuiet: quiet })
  const provenance = provenanceOf(command.name, argv, effects)
  const call: Call = {
    columns: effects.columns,
    request: (asked) => wholeRequest(asked, provenance),
    task,
    effects,
  }
  try {
    return { answer: await command.run(own, call), json }
  } finally {
    task.close()
  }
}

async function help(words: readonly string[], effects: Effects): Promise<number> {
  const [name] = words
  if (name === undefined) return say(effects, overviewHelp(await loadCommands(), effects.columns))
  return say(effects, commandHelp(await pickCommand(name), effects.columns))
}

/** @throws {UsageError} No such command, or none named. */
async function pickCommand(name: string | undefined): Promise<Command> {
  if (name === undefined) {
    throw new UsageError(
      `expected a command: ${commandNames.join(', ')}; \`plumbline --help\` says what they do`,
    )
  }
  const command = await findCommand(name)
  if (command) return command
  if (name.startsWith('-')) {
    const hint = didYouMean(name.replace(/^-+/, ''), ['help', 'version'], '--')
    throw new UsageError(`unknown option ${name} before the command${hint}`)
  }
  const hint = didYouMean(name, [...commandNames, 'help'])
  throw new UsageError(
    `unknown command ${JSON.stringify(name)}${hint || `; there are ${commandNames.join(', ')}`}`,
  )
}

function say(effects: Effects, text: string): number {
  effects.stdout(text)
  return 0
}

/** Whether a flag stands on the command line, seen before anything is parsed: mistakes are reported in its manner. */
function isGiven(argv: readonly string[], flag: string): boolean {
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).includes(flag)
}
