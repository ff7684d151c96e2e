/** The command line, followed by a zero byte and what it cost: for `measured-command.ts`. */
import { main } from '../src/cli/main.ts'
import { processEffects } from '../src/cli/process-effects.ts'

const started = performance.now()
process.exitCode = await main(process.argv.slice(2), processEffects(process))
const seconds = (performance.now() - started) / 1000
process.stdout.write(`\u0000${JSON.stringify({ seconds, peakMiB: process.resourceUsage().maxRSS / 1024 })}`)
