/** What the demonstration asks for: a dataset of simulated parts and its evaluation, with nothing to download. */
import { join } from 'node:path'
import { embeddedBackbone } from '../backbone/weights-registry.ts'
import type { DemoRequest, EvaluateRequest } from '../request.ts'
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
      ...factory,
      dataset,
      out: join(out, 'run'),
      layout: 'manifest',
      partPattern: null,
      parts: 'given',
      where: null,
      detector: 'patchcore',
      detectorOptions: {},
      backbone: embeddedBackbone,
      weights: out,
      size: null,
      fit: 'pad',
      device,
      threads,
      cache,
      createdAt,
      command,
      seed,
      folds,
      scheme: 'random',
      merge: 'auto',
      minTrain: 0.5,
      unit: 'auto',
      partScore: 'max',
      threshold: { policy: 'youden', alpha: 0.05, delta: 0.05, sigmaK: 3, reviewEscape: null },
      keepModels: false,
    },
  }
}
