/** The command line, followed by a zero byte and what it cost: for `measured-command.ts`. */
import { main } from '../src/cli/main.ts'
import { processEffects } from '../src/cli/process-effects.ts'

const started = performance.now()
process.exitCode = await main(process.argv.slice(2), processEffects(process))
const seconds = (performance.now() - started) / 1000
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
const processorSeconds = (userCPUTime + systemCPUTime) / 1e6
process.stdout.write(`\u0000${JSON.stringify({ seconds, processorSeconds, peakMiB: maxRSS / 1024 })}`)
