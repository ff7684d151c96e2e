/** What the demonstration asks for: a dataset of simulated parts and its evaluation, with nothing to download. */
import { join } from 'node:path'
import { embeddedBackbone } from '../backbone/weights-registry.ts'
import { type DemoRequest, type EvaluateRequest, requestDefaults } from '../request.ts'
import { type SimulateOptions, simulateDefaults } from '../simulate/simulate-options.ts'

/** Stated for the demonstration: one part in fifty is defective, and an escape costs as much as fifty good parts. */
const factory = { prevalence: 0.02, costEscape: 50, costOverkill: 1 }

export interface DemoRequests {
  readonly simulate: SimulateOptions
  readonly evaluate: EvaluateRequest
}

export function demoRequests(request: DemoRequest): DemoRequests {
  const { out, seed, folds, device, threads, cache, createdAt, command } = request
  const dataset = join(out, 'parts')
  return {
    simulate: { ...simulateDefaults, out: dataset, seed, workers: threads },
    evaluate: {
      ...requestDefaults,
      ...factory,
      dataset,
      out: join(out, 'run'),
      layout: 'manifest',
      backbone: embeddedBackbone,
      weights: out,
      device,
      threads,
      cache,
      createdAt,
      command,
      seed,
      folds,
    },
  }
}
