/** Writes `docs/cli.md` from the declarations of the commands, and the schema of a sweep's file; tests fail while they are out of date. */
import { writeFileSync } from 'node:fs'
import { loadCommands } from '../src/cli/commands.ts'
import { docsMarkdown } from '../src/cli/docs-markdown.ts'
import { sweepJsonSchema } from '../src/run/sweep/sweep-config.ts'

writeFileSync(new URL('../docs/cli.md', import.meta.url), docsMarkdown(await loadCommands()))
writeFileSync(
  new URL('../docs/sweep.schema.json', import.meta.url),
  `${JSON.stringify(sweepJsonSchema(), null, 2)}\n`,
)
