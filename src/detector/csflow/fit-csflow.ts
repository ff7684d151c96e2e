/** From training images to a fitted flow. */
import type { Vision } from '../../backbone/vision.ts'
import type { TrainingCurves } from '../../wire/training-curves.ts'
import type { FitInput } from '../detector.ts'
import { collectFeatures } from './feature-store.ts'
import type { FlowModel } from './flow-file.ts'
import { type FlowShape, pyramidExtents } from './flow-shape.ts'
import { announceMemory } from './memory.ts'
import { type CsflowOptions, chooseStages, decideSettings } from './options.ts'
import { trainFlow } from './train-flow.ts'

/**
 * @param look - Shown the model after each pass, for benches; what it does changes nothing.
 * @throws {UsageError} Sizes that three scales do not divide, stages of several strides, more memory than there is.
 * @throws {StatisticalError} Too few images. @throws {InputError} An image fails. @throws {OverflowError} The likelihood is lost.
 */
export async function fitCsflow(
  { samples, vision, random, task, scratch, device, threads, fitsAtOnce = 1 }: FitInput,
  options: CsflowOptions,
  look?: (epoch: number, model: FlowModel) => Promise<void>,
): Promise<{ readonly model: FlowModel; readonly curves: TrainingCurves }> {
  const settings = decideSettings(options, vision.backbone)
  const { scaling, unitLength, peakShare, sigma } = settings
  const { names } = chooseStages(vision, options)
  const source = { magnify: options.magnify, scaling, stages: names, unitLength }
  const shape = shapeOf(vision, options)
  announceMemory(shape, Math.min(settings.batch, samples.length), samples.length, { task, fitsAtOnce })
  const store = await collectFeatures(samples, vision, source, settings.standardise, task)
  const modelOf = (parameters: FlowModel['parameters']): FlowModel => ({
    settings: { shape, ...source, peakShare, sigma },
    parameters,
    layers: store.layers,
  })
  const { parameters, losses, stepsPerEpoch } = await trainFlow(store, {
    shape,
    settings,
    random,
    machine: { device, threads },
    task,
    scratch,
    ...(look && { onEpoch: (epoch, _loss, held) => look(epoch, modelOf(held)) }),
  })
  return { model: modelOf(parameters), curves: curvesOf(losses, stepsPerEpoch) }
}

/** @throws {UsageError} Sizes that three scales do not divide, stages of several strides, an unknown one. */
function shapeOf(vision: Vision, options: CsflowOptions): FlowShape {
  const { kernels, hidden, clamp } = decideSettings(options, vision.backbone)
  const { names, stride } = chooseStages(vision, options)
  const [width, height] = [vision.size.width * options.magnify, vision.size.height * options.magnify]
  const channels = names.reduce(
    (sum, name) => sum + (vision.backbone.stages.find((stage) => stage.name === name)?.channels ?? 0),
    0,
  )
  return { channels, hidden, kernels, clamp, extents: pyramidExtents({ width, height }, stride) }
}

const curvesOf = (losses: readonly number[], stepsPerEpoch: number): TrainingCurves => ({
  version: 1,
  steps: losses.length * stepsPerEpoch,
  ended: `after ${losses.length} passes over the training images, the budget that was set`,
  curves: [
    {
      name: 'negative log-likelihood for each element',
      unit: 'loss',
      step: losses.map((_, epoch) => (epoch + 1) * stepsPerEpoch),
      value: [...losses],
    },
  ],
})
