/** Writes `docs/cli.md` from the declarations of the commands; a test fails while it is out of date. */
import { writeFileSync } from 'node:fs'
import { loadCommands } from '../src/cli/commands.ts'
import { docsMarkdown } from '../src/cli/docs-markdown.ts'

writeFileSync(new URL('../docs/cli.md', import.meta.url), docsMarkdown(await loadCommands()))
