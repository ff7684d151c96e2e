/** `forecast`: what an evaluation of many more images would take on many workers, from rates measured here. */
import { defaultCacheBytes } from '../../../backbone/feature-cache.ts'
import { configureMethod } from '../../../detector/methods.ts'
import { InputError } from '../../../errors.ts'
import { makeRequest } from '../../../options/request.ts'
import { type ForecastOptions, forecastAsk } from '../../../options/requests/forecast.ts'
import { present } from '../../../present.ts'
import { quietTask, type Task } from '../../../task.ts'
import { version } from '../../../version.ts'
import type { Forecast } from '../../../wire/forecast.ts'
import { openSamples } from '../../open/open-samples.ts'
import { openRunVision } from '../../open/open-vision.ts'
import { forecast, rolesOf } from './forecast.ts'
import { measureQueue, measureStore } from './measure-store.ts'
import { measureWork } from './measure-work.ts'

/** Pictures that are measured: those that a step looks at. */
const measured = 64

/**
 * @throws {InputError} The dataset, fewer than two good images in it; the queue or the store cannot be used.
 * @throws {UsageError} @throws {ModelError} Weights. @throws {CancelledError}
 */
export async function forecastRun(options: ForecastOptions, task: Task = quietTask): Promise<Forecast> {
  const request = await makeRequest(forecastAsk, options)
  const configured = await configureMethod(request.detector, request.detectorOptions)
  const { samples } = await openSamples({ ...request, parts: 'given' }, task)
  const nominal = samples.filter(({ label }) => label === 'nominal')
  if (nominal.length < 2)
    throw new InputError(request.dataset, `holds ${nominal.length} good images; it takes 2 to measure`)
  const stride = Math.max(1, nominal.length / measured)
  const some = nominal.filter((_, i) => Math.floor(i / stride) !== Math.floor((i - 1) / stride))
  const { vision, backbone } = await openRunVision({ ...request, cache: null }, task, configured)
  const { size, fit } = vision
  await vision.close() // what is measured opens its own, with a cache of its own

  const stored = await measureStore(
    request.store,
    some.map(({ path }) => path),
    task,
  )
  const queued = await measureQueue(present(request.queue, 'a queue'), task)
  const { device, threads, seed, folds, minTrain } = request
  const machine = { device, threads }
  const hasMasks = samples.some(({ mask }) => mask !== null)
  const tools = { configured, backbone, size, fit, machine, seed, store: request.store, hasMasks }
  const worked = await measureWork(some, tools, task)
  const rates = { ...stored, ...queued, ...worked }
  const counts = { nominal: nominal.length, anomalous: samples.length - nominal.length }
  return {
    plumbline: version,
    ...{ images: request.images, folds, detector: configured.method.id, backbone: backbone.id },
    ...{ input: size, threads, measured: some.length, rates },
    ...forecast(
      request.images,
      request.workers,
      rolesOf(counts, { folds, minTrain }),
      rates,
      defaultCacheBytes(),
    ),
  }
}
