/** Options that every command has. */
import { flag, path } from '../options/kinds.ts'

const group = 'General'

export const generalOptions = {
  config: path({
    help: 'JSON object with the names on this page and their values; options on the command line win. Relative paths in it start from its folder.',
    group,
    placeholder: 'FILE',
  }),
  json: flag({ help: 'Print exactly one JSON document on stdout.', group }),
  quiet: flag({ help: 'No progress and no notes on stderr.', group }),
  debug: flag({ help: 'Show the stack of an error.', group }),
  help: flag({ help: 'Show this page.', group }),
}
