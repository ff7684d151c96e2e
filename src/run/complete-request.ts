/** Requests for whoever uses the library: name what matters, the rest is as on the command line. */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { featureCacheFolder, weightsFolder } from '../backbone/weights-folder.ts'
import {
  type CheckRequest,
  checkDefaults,
  type DiagnoseRequest,
  diagnoseDefaults,
  type EvaluateRequest,
  type MachineRequest,
  type PredictRequest,
  type PrepareRequest,
  prepareDefaults,
  requestDefaults,
  type TrainRequest,
} from '../request.ts'

type Some<Whole, Named extends keyof Whole> = Pick<Whole, Named> & Partial<Whole>

/** @param request - `createdAt` is recorded with the results, e.g. `new Date().toISOString()`. */
export function completeEvaluateRequest(
  request: Some<EvaluateRequest, 'dataset' | 'out' | 'createdAt'>,
): EvaluateRequest {
  const { dataset, out } = request
  return { ...common('evaluateDataset'), ...request, dataset: resolve(dataset), out: resolve(out) }
}

/** @param request - As {@link completeEvaluateRequest}. */
export function completeTrainRequest(
  request: Some<TrainRequest, 'dataset' | 'out' | 'createdAt'>,
): TrainRequest {
  const { folds, scheme, unit, merge, minTrain, partScore, keepModels, ...rest } = common('trainModel')
  return { ...rest, ...request, dataset: resolve(request.dataset), out: resolve(request.out) }
}

/** @param request - `createdAt` as for {@link completeEvaluateRequest}. */
export function completeCheckRequest(request: Some<CheckRequest, 'dataset' | 'createdAt'>): CheckRequest {
  const { layout, partPattern, parts, where, backbone, size, fit, seed, ...rest } = common('checkDataset')
  const { device, threads, cache, weights, command } = rest
  const data = { layout, partPattern, parts, where }
  const eye = { backbone, weights, size, fit }
  return {
    ...checkDefaults,
    ...data,
    ...eye,
    ...{ seed, device, threads, cache, command },
    ...request,
    dataset: resolve(request.dataset),
  }
}

/** @param request - As {@link completeEvaluateRequest}. */
export function completeDiagnoseRequest(
  request: Some<DiagnoseRequest, 'run' | 'createdAt'>,
): DiagnoseRequest {
  return {
    ...{ ...machine(), command: 'diagnoseRun', weights: null, ...diagnoseDefaults },
    ...request,
    run: resolve(request.run),
  }
}

/** @param request - As {@link completeEvaluateRequest}. */
export function completePrepareRequest(
  request: Some<PrepareRequest, 'dataset' | 'out' | 'createdAt'>,
): PrepareRequest {
  const { layout, partPattern, parts, where } = requestDefaults
  return {
    ...{ layout, partPattern, parts, where, threads: machine().threads, command: 'prepareDataset' },
    ...prepareDefaults,
    ...request,
    dataset: resolve(request.dataset),
    out: resolve(request.out),
  }
}

export function completePredictRequest(request: Some<PredictRequest, 'model' | 'images'>): PredictRequest {
  return {
    ...machine(),
    weights: weightsFolder(null),
    out: null,
    threshold: null,
    ...request,
    model: resolve(request.model),
    images: request.images.map((path) => resolve(path)),
  }
}

const machine = (): MachineRequest => ({
  device: requestDefaults.device,
  threads: availableParallelism(),
  cache: featureCacheFolder(),
})

const common = (command: string) => ({
  ...requestDefaults,
  ...machine(),
  weights: weightsFolder(null),
  command,
})
