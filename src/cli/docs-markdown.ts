/** `docs/cli.md`, made from the same data as parsing and help, so that it cannot drift. `npm run docs:cli` writes it. */
import { nameOf, type Table } from '../options/option.ts'
import type { Command } from './command.ts'
import { generalOptions } from './general-options.ts'
import { exitCodes, groupOptions, meaningOf, operandsOf, optionInWords, usageOf } from './help.ts'

export function docsMarkdown(commands: readonly Command[]): string {
  const sections = [
    '<!-- Written by `npm run docs:cli`; do not edit. -->\n# The command line',
    manners,
    `## Commands\n\n${tableOf(
      ['command', 'does'],
      commands.map(({ name, summary }) => [`[\`${name}\`](#${name})`, summary]),
    )}`,
    `## Exit codes\n\n${tableOf(['code', 'means'], exitCodes)}`,
    `## Options of every command\n\n${optionTable(generalOptions)}`,
    ...commands.map(commandSection),
  ]
  return `${sections.join('\n\n')}\n`
}

const manners = `\`plumbline COMMAND [ARGUMENTS] [OPTIONS]\`; in a checkout, \`npm run -s plumbline -- COMMAND …\` after \`npm ci\`.

- Data goes to stdout, progress and talk to stderr. Work that takes over two seconds shows a bar, or a plain line every ten
  seconds where stderr is no terminal.
- \`--json\` prints exactly one JSON document on stdout. If the command fails, that document is
  \`{ "error": { "code", "message", "path"? } }\`, with the code \`USAGE\`, \`INPUT\`, \`NOT_FOUND\`, \`MODEL\`, \`STATISTICS\`, \`FINDING\`,
  \`CANCELLED\`, \`SHAPE\` or \`BUG\`; the message is on stderr as well. Without \`--json\` a command that fails leaves stdout empty.
- A command whose answer is the reason to fail gives its answer all the same, as text or JSON, and says the reason on stderr:
  \`--fail-on\`, \`predict\` and \`sweep\` where some were not judged, \`audit verify\`, \`serve --check\`, \`weights verify\`.
- An option that is not known is an error that names the nearest one; so is an option that would have no effect.
- \`--name value\` and \`--name=value\` are the same; \`--no-name\` switches a flag off; after \`--\` nothing is an option.
- \`--config FILE\` reads a JSON object with the same names: options without dashes, arguments in lower case, \`null\` for "not given".
  All mistakes of the file and the command line are reported together.
- The first Ctrl-C stops cleanly and keeps what is done; the same command goes on from there. The second kills at once.
- An output folder must be new, empty or one that Plumbline made for the same purpose (it holds a file \`.plumbline\`). Nothing
  in it is ever deleted that Plumbline did not write.`

function commandSection(command: Command): string {
  const parts = [`## ${command.name}`, `${command.summary}.`, `\`\`\`sh\n${usageOf(command)}\n\`\`\``]
  parts.push(...(command.description ?? []))
  const operands = operandsOf(command.options)
  if (operands.length > 0) {
    const rows = operands.map(([key, option]) => [`\`${nameOf(key, option).toUpperCase()}\``, option.help])
    parts.push(tableOf(['argument', 'meaning'], rows))
  }
  for (const [heading, options] of groupOptions(command.options)) {
    parts.push(`### ${heading}\n\n${optionTable(Object.fromEntries(options))}`.replace('### Options\n\n', ''))
  }
  parts.push(`\`\`\`sh\n${command.examples.join('\n')}\n\`\`\``)
  return parts.join('\n\n')
}

function optionTable(options: Table): string {
  return tableOf(
    ['option', 'meaning'],
    Object.entries(options).map(([name, option]) => [
      `\`${optionInWords(name, option)}\``,
      meaningOf(option),
    ]),
  )
}

/** Set as the formatter sets it: columns padded. Bars inside cells are escaped, in code spans too (GitHub wants it so). */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]!.length)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  const rule = line(widths.map((width) => '-'.repeat(width)))
  return cells.map(line).toSpliced(1, 0, rule).join('\n')
}
