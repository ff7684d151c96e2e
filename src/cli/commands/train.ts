import type { TrainRequest } from '../../request.ts'
import { defineCommand } from '../command.ts'
import { datasetOptions, detectorOptions, machineOptions, seedOption } from '../common-options.ts'
import type { Effects } from '../effects.ts'
import { factoryOptions, thresholdOptions } from '../evaluation-options.ts'
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
import { modelText } from '../text/model-text.ts'

export const trainOptions = {
  out: {
    type: 'path',
    placeholder: 'DIR',
    required: true,
    description: 'Model folder: new, empty, or of an earlier training.',
  },
  ...datasetOptions,
  ...detectorOptions,
  ...seedOption,
  ...thresholdOptions,
  ...factoryOptions,
  ...machineOptions,
} as const satisfies Options

export const train = defineCommand({
  name: 'train',
  summary: 'Fit one model on every nominal image, its threshold included where the data allows one',
  description: [
    'What the model is worth, `plumbline evaluate` says: a model judged on its own images looks perfect.',
  ],
  operands: [
    { name: 'dataset', type: 'path', isRequired: true, description: 'Folder of images, or a manifest file.' },
  ],
  options: trainOptions,
  examples: [
    'plumbline train parts --out models/line-3',
    'plumbline train parts --out models/strict --threshold neyman-pearson --alpha 0.05 --delta 0.05',
  ],
  async run(parsed, effects, task) {
    const request = await trainRequest(parsed, effects)
    requirePath(request.dataset)
    const { trainModel } = await import('../../pipeline.ts')
    const card = await trainModel(request, task)
    return { json: card, text: modelText(card, request.out) }
  },
})

/** @throws {UsageError} Settings that contradict each other. @throws {InputError} A named weights folder is not there. */
export async function trainRequest(
  parsed: Parsed<typeof trainOptions>,
  effects: Effects,
): Promise<TrainRequest> {
  const { values, operands, words } = parsed
  return {
    ...resolveDataset(operands.dataset![0]!, values),
    ...(await resolveDetector(values, effects)),
    ...resolveFactory(values),
    ...resolveMachine(values, effects),
    ...resolveProvenance('train', words, effects),
    out: values.out,
    seed: values.seed,
    threshold: resolveThreshold(parsed),
  }
}
