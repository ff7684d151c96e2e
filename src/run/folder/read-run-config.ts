/** `config.json` of a run folder, read back as the request that made the run. */
import { join } from 'node:path'
import { z } from 'zod'
import { thisMachine } from '../../backbone/weights-folder.ts'
import type { DetectorMethod } from '../../detector/detector.ts'
import { InputError } from '../../errors.ts'
import { readJson } from '../../files/read-json.ts'
import { fromConfig } from '../../options/config-file.ts'
import type { QueueRequest } from '../../options/queue-options.ts'
import { type EvaluateRequest, evaluateAsk } from '../../options/requests/evaluate.ts'

/** What `config.json` does not know, or what need not be as it was. */
export type RunSurroundings = Pick<
  EvaluateRequest,
  'device' | 'threads' | 'cache' | 'createdAt' | 'command'
> &
  Partial<QueueRequest> & {
    /** Folder of weights; null for the run's. */
    readonly weights: string | null
    /** Detectors of one's own that the run may be of. */
    readonly methods: readonly DetectorMethod[]
    /** Where the dataset lies now; absent for where it lay then. */
    readonly dataset?: string
  }

/** @throws {InputError} There is no `config.json`, or it is not one that `evaluate` wrote. */
export async function readRunConfig(run: string, surroundings: RunSurroundings): Promise<EvaluateRequest> {
  const path = join(run, 'config.json')
  const config = await readJson(path, z.record(z.string(), z.unknown()))
  const { device: _, threads: __, cache: ___, queue: ____, store: _____, ...decisive } = config
  const own = surroundings.methods.find(({ id }) => id === config.detector)
  const named = own === undefined ? decisive : { ...decisive, detector: null }
  const read = fromConfig(evaluateAsk.options, named, run, thisMachine())
  if ('problems' in read) throw new InputError(path, read.problems.join('; '))
  const { device, threads, cache, createdAt, command, dataset = read.values.dataset } = surroundings
  const { queue = null, store = read.values.store, whenStopped = 'leave' } = surroundings
  return {
    ...read.values,
    detector: own ?? read.values.detector,
    ...{ device, threads, cache, createdAt, command, dataset, queue, store, whenStopped },
    out: run,
    keepModels: false,
    weights: surroundings.weights ?? read.values.weights,
  }
}
