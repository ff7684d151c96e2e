/** What the demonstration asks for, from simulated parts to a diagnosed evaluation, with nothing to download. */
import { join } from 'node:path'
import { embeddedBackbone } from '../../backbone/weights-registry.ts'
import {
  type CheckRequest,
  checkDefaults,
  type DemoRequest,
  type DiagnoseRequest,
  type EvaluateRequest,
  type PrepareRequest,
  prepareDefaults,
  requestDefaults,
} from '../../request.ts'
import { type SimulateOptions, simulateDefaults } from '../../simulate/simulate-options.ts'

/** Stated for the demonstration: one part in fifty is defective, and an escape costs as much as fifty good parts. */
const factory = { prevalence: 0.02, costEscape: 50, costOverkill: 1 }

/** Images that the model is asked about again: a demonstration must not take long. */
const diagnosedImages = 24

export interface DemoRequests {
  readonly simulate: SimulateOptions
  readonly check: CheckRequest
  readonly prepare: PrepareRequest
  readonly evaluate: EvaluateRequest
  readonly diagnose: DiagnoseRequest
}

export function demoRequests(request: DemoRequest): DemoRequests {
  const { out, seed, folds, device, threads, cache, createdAt, command } = request
  const photographs = join(out, 'parts')
  const prepared = join(out, 'prepared')
  const run = join(out, 'run')
  const machine = { device, threads, cache }
  const provenance = { createdAt, command }
  const { partPattern, parts, where, fit, size } = requestDefaults
  const reading = { layout: 'manifest', partPattern, parts, where } as const
  const eye = { backbone: embeddedBackbone, weights: out, fit, size }
  return {
    simulate: { ...simulateDefaults, out: photographs, seed, workers: threads },
    check: {
      ...checkDefaults,
      ...{ ...reading, ...eye, ...machine, ...provenance },
      dataset: photographs,
      seed,
      report: join(out, 'check.html'),
    },
    prepare: {
      ...prepareDefaults,
      ...{ ...reading, ...provenance, threads },
      dataset: photographs,
      out: prepared,
      blank: [0, 0, 0],
      center: true,
      margin: 4,
    },
    evaluate: {
      ...requestDefaults,
      ...factory,
      ...{ ...reading, ...eye, ...machine, ...provenance },
      dataset: prepared,
      out: run,
      seed,
      folds,
      keepModels: true,
    },
    diagnose: { ...machine, ...provenance, run, weights: out, fold: 0, images: diagnosedImages },
  }
}
