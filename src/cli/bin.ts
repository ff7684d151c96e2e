#!/usr/bin/env node
/** The executable: joins `main` to the process it runs in. */
import { main } from './main.ts'
import { processEffects } from './process-effects.ts'

process.exitCode = await main(process.argv.slice(2), processEffects(process))
