/** What a training goes by: the request itself, or the run whose options it takes over. */
import { weightsFolder } from '../../backbone/weights-folder.ts'
import type { DetectorMethod } from '../../detector/detector.ts'
import type { EvaluateRequest } from '../../options/requests/evaluate.ts'
import type { TrainRequest } from '../../options/requests/train.ts'
import { present } from '../../present.ts'
import type { Evaluation } from '../../wire/evaluation.ts'
import { loadRun } from '../folder/load-run.ts'
import { readRunConfig } from '../folder/read-run-config.ts'

/** What decides about a model, whoever said it. */
export type TrainingRequest = Omit<TrainRequest, 'dataset' | 'fromRun'> &
  Pick<EvaluateRequest, 'dataset' | 'unit'>

export interface Training {
  readonly request: TrainingRequest
  /** The run that the options are of; null where there is none. */
  readonly run: RunBehind | null
}

export interface RunBehind {
  readonly folder: string
  readonly evaluation: Evaluation
  /** Expression that picked the samples; null for all. */
  readonly where: string | null
}

/**
 * @param methods - Detectors of one's own that the run may be of.
 * @throws {InputError} The folder is no finished run.
 */
export async function trainingOf(
  request: TrainRequest,
  methods: readonly DetectorMethod[],
): Promise<Training> {
  const { fromRun: folder, dataset, ...rest } = request
  if (folder === null)
    return { request: { ...rest, dataset: present(dataset, 'a dataset'), unit: 'auto' }, run: null }
  const { evaluation } = await loadRun(folder)
  const { device, threads, cache, createdAt, command, out, fixtures, sign, queue, store, whenStopped } =
    request
  const weights = request.weights === weightsFolder(null) ? null : request.weights
  const machine = { device, threads, cache, createdAt, command, queue, store, whenStopped }
  const config = await readRunConfig(folder, { ...machine, weights, methods })
  const { width, height } = evaluation.input
  return {
    // What was left to the machine then, a better backbone at hand for one, must not be decided anew.
    request: {
      ...config,
      out,
      fixtures,
      sign,
      dataset: dataset ?? config.dataset,
      backbone: evaluation.backbone.id,
      size: { width, height },
    },
    run: { folder, evaluation, where: config.where },
  }
}
