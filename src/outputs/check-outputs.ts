/** `serve --check`: every output of a configuration tried without telling it a result. */
import { PlumblineError } from '../errors.ts'
import { isSystemError } from '../files/atomic.ts'
import { createRandom } from '../math/random.ts'
import type { FoundConfig } from './config/read-config.ts'
import { defaultBackOff } from './courier/back-off.ts'
import { timepieceOf } from './courier/timepiece.ts'
import { openOutput } from './open-output.ts'

export interface CheckedOutput {
  readonly name: string
  readonly type: string
  readonly ok: boolean
  /** What was found, or what is missing and the way out. */
  readonly words: string
}

export interface CheckTools {
  readonly clock: () => Date
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** @returns One for each, in the order of the configuration; a place that cannot be reached is no error. */
export async function checkOutputs(
  { config, folder, path }: FoundConfig,
  { clock, environment, signal }: CheckTools,
): Promise<readonly CheckedOutput[]> {
  const timepiece = timepieceOf(clock)
  return await Promise.all(
    config.outputs.map(async (each, i): Promise<CheckedOutput> => {
      const { name, type } = each
      const surroundings = {
        ...{ environment, folder, timepiece, station: config.station, backOff: defaultBackOff },
        random: createRandom(0, 'check', name),
        trouble() {}, // the probe says it
      }
      try {
        const output = await openOutput(each, `${path}: outputs[${i}]`, surroundings)
        try {
          return { name, type, ...(await output.probe(signal)) }
        } finally {
          await output.close()
        }
      } catch (error) {
        if (!(error instanceof PlumblineError) && !isSystemError(error)) throw error
        return { name, type, ok: false, words: error.message }
      }
    }),
  )
}
