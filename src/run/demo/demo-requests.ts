/** What the demonstration asks for, from simulated parts to a diagnosed evaluation, with nothing to download. */
import { join } from 'node:path'
import { shippedBackbone } from '../../backbone/weights-registry.ts'
import type { CheckOptions } from '../../options/requests/check.ts'
import type { DemoRequest } from '../../options/requests/demo.ts'
import type { DiagnoseOptions } from '../../options/requests/diagnose.ts'
import type { EvaluateOptions } from '../../options/requests/evaluate.ts'
import type { PrepareOptions } from '../../options/requests/prepare.ts'
import type { SimulateOptions } from '../../options/requests/simulate.ts'
import type { TrainOptions } from '../../options/requests/train.ts'

/** Stated for the demonstration: one part in fifty is defective, and an escape costs as much as fifty good parts. */
const factory = { prevalence: 0.02, costEscape: 50, costOverkill: 1 }

/** As many parts as a verdict needs, of one lot, each photographed twice from about the front: what a first trial would have. */
const forged = { parts: 60, defectiveParts: 24, imagesPerPart: 2, angles: [-20, 20], lots: 1 } as const

/** Images that the model is asked about again: a demonstration must not take long. */
const diagnosedImages = 10

export interface DemoRequests {
  readonly simulate: SimulateOptions
  readonly check: CheckOptions
  readonly prepare: PrepareOptions
  readonly evaluate: EvaluateOptions
  readonly diagnose: DiagnoseOptions
  /** The model that a station can start with. */
  readonly train: TrainOptions
}

export function demoRequests(request: DemoRequest): DemoRequests {
  const { out, seed, folds, device, threads, cache, createdAt, command } = request
  const photographs = join(out, 'parts')
  const prepared = join(out, 'prepared')
  const run = join(out, 'run')
  const provenance = { createdAt, command }
  const layout = 'manifest'
  /** No weights but the embedded ones: the figures do not depend on what lies on the machine. */
  const looking = {
    layout,
    backbone: shippedBackbone,
    weights: out,
    device,
    threads,
    cache,
    ...provenance,
  } as const
  return {
    simulate: { out: photographs, seed, threads, ...forged },
    check: { ...looking, dataset: photographs, seed, report: join(out, 'check.html') },
    prepare: {
      ...{ dataset: photographs, out: prepared, layout, threads, ...provenance },
      ...{ blank: [0, 0, 0], center: true, margin: 4 },
    },
    evaluate: { ...looking, ...factory, dataset: prepared, out: run, seed, folds, keepModels: true },
    train: { fromRun: run, out: join(out, 'model'), weights: out, device, threads, cache, ...provenance },
    diagnose: { run, weights: out, images: diagnosedImages, device, threads, cache, ...provenance },
  }
}
