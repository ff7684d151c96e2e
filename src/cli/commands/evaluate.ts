import { join } from 'node:path'
import type { EvaluateRequest } from '../../request.ts'
import { defineCommand } from '../command.ts'
import { datasetOptions, detectorOptions, machineOptions, seedOption } from '../common-options.ts'
import type { Effects } from '../effects.ts'
import { factoryOptions, protocolOptions, thresholdOptions } from '../evaluation-options.ts'
import type { Options, Parsed } from '../options.ts'
import {
  requirePath,
  resolveDataset,
  resolveDetector,
  resolveFactory,
  resolveMachine,
  resolveProvenance,
  resolveThreshold,
} from '../resolve-request.ts'
import { evaluationText } from '../text/evaluation-text.ts'

export const evaluateOptions = {
  out: {
    type: 'path',
    placeholder: 'DIR',
    required: true,
    description: 'Run folder for the results: new, empty, or of an earlier evaluation.',
  },
  'keep-models': { type: 'flag', description: "Keep every fold's model, in models/fold-K/." },
  ...datasetOptions,
  ...detectorOptions,
  ...protocolOptions,
  ...seedOption,
  ...thresholdOptions,
  ...factoryOptions,
  ...machineOptions,
} as const satisfies Options

export const evaluate = defineCommand({
  name: 'evaluate',
  summary: 'Estimate what a detector will do on the factory floor, without flattering it',
  description: [
    'Splits the dataset by whole parts into train, threshold and inference, K times over; fits, chooses the threshold on the threshold set alone, and judges the inference set. The run folder gets evaluation.json, scores.csv, config.json, maps/ and report.html.',
    'The config.json of a run folder is a configuration file: --config takes it to repeat the run.',
  ],
  operands: [
    { name: 'dataset', type: 'path', isRequired: true, description: 'Folder of images, or a manifest file.' },
  ],
  options: evaluateOptions,
  examples: [
    'plumbline evaluate parts --out runs/first',
    'plumbline evaluate parts --out runs/costs --threshold cost --cost-escape 200 --cost-overkill 5 --prevalence 0.01',
    'plumbline evaluate parts --out runs/spots --part-pattern "^.*/([0-9]+)_" --folds 10 --size 320x240',
    'plumbline evaluate parts.csv --out runs/side --where "angle in 170..190 and lot != A" --json',
  ],
  async run(parsed, effects, task) {
    const request = await evaluateRequest(parsed, effects)
    requirePath(request.dataset)
    const { evaluateDataset } = await import('../../pipeline.ts')
    const evaluation = await evaluateDataset(request, task)
    const report = join(request.out, 'report.html')
    return { json: evaluation, text: evaluationText(evaluation, report, effects.columns) }
  },
})

/** @throws {UsageError} Settings that contradict each other. @throws {InputError} A named weights folder is not there. */
export async function evaluateRequest(
  parsed: Parsed<typeof evaluateOptions>,
  effects: Effects,
): Promise<EvaluateRequest> {
  const { values, operands, words } = parsed
  return {
    ...resolveDataset(operands.dataset![0]!, values),
    ...(await resolveDetector(values, effects)),
    ...resolveFactory(values),
    ...resolveMachine(values, effects),
    ...resolveProvenance('evaluate', words, effects),
    out: values.out,
    seed: values.seed,
    folds: values.folds,
    scheme: values.scheme,
    merge: values.merge,
    minTrain: values['min-train'],
    unit: values.unit,
    partScore: values['part-score'],
    threshold: resolveThreshold(parsed),
    keepModels: values['keep-models'],
  }
}
