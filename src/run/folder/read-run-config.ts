/** `config.json` of a run folder, read back as the request that made the run: the inverse of `evaluateConfig`. */
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../../files/read-json.ts'
import {
  type EvaluateRequest,
  fitChoices,
  layoutChoices,
  mergeChoices,
  partsChoices,
  requestDefaults,
  schemeChoices,
  thresholdPolicies,
  unitChoices,
} from '../../request.ts'

const text = z.string().nullable()
const share = z.number().gt(0).lt(1)

/** Strict in what decides about figures; where it computed is no matter. */
const runConfigSchema = z.looseObject({
  dataset: z.string(),
  layout: z.enum(layoutChoices),
  'part-pattern': text,
  parts: z.enum(partsChoices),
  where: text,
  detector: z.string(),
  option: z.record(z.string(), z.unknown()),
  backbone: text,
  weights: z.string(),
  size: z
    .string()
    .regex(/^\d+x\d+$/)
    .nullable(),
  fit: z.enum(fitChoices),
  folds: z.int().min(1),
  scheme: z.enum(schemeChoices),
  unit: z.enum(unitChoices),
  merge: z.enum(mergeChoices),
  'min-train': share,
  'part-score': z.string(),
  seed: z.int().min(0),
  threshold: z.enum(thresholdPolicies),
  alpha: share,
  delta: share.optional(),
  'sigma-k': z.number().positive().optional(),
  'review-escape': share.nullable(),
  prevalence: share.nullable(),
  'cost-escape': z.number().min(0),
  'cost-overkill': z.number().min(0),
})

/** What `config.json` does not know, or what need not be as it was. */
export type RunSurroundings = Pick<
  EvaluateRequest,
  'device' | 'threads' | 'cache' | 'createdAt' | 'command'
> & {
  /** Folder of weights; null for the run's. */
  readonly weights: string | null
}

/** @throws {InputError} There is no `config.json`, or it is not one that `evaluate` wrote. */
export async function readRunConfig(run: string, surroundings: RunSurroundings): Promise<EvaluateRequest> {
  const config = await readJson(join(run, 'config.json'), runConfigSchema)
  const [width, height] = (config.size ?? '').split('x').map(Number)
  const { delta, sigmaK } = requestDefaults.threshold
  return {
    dataset: config.dataset,
    out: run,
    layout: config.layout,
    partPattern: config['part-pattern'],
    parts: config.parts,
    where: config.where,
    detector: config.detector,
    detectorOptions: config.option,
    backbone: config.backbone,
    size: config.size === null ? null : { width: width!, height: height! },
    fit: config.fit,
    folds: config.folds,
    scheme: config.scheme,
    unit: config.unit,
    merge: config.merge,
    minTrain: config['min-train'],
    partScore: config['part-score'],
    seed: config.seed,
    threshold: {
      policy: config.threshold,
      alpha: config.alpha,
      delta: config.delta ?? delta,
      sigmaK: config['sigma-k'] ?? sigmaK,
      reviewEscape: config['review-escape'],
    },
    prevalence: config.prevalence,
    costEscape: config['cost-escape'],
    costOverkill: config['cost-overkill'],
    keepModels: false,
    ...surroundings,
    weights: surroundings.weights ?? config.weights,
  }
}
