/**
 * Maximum-likelihood training: passes over the training images in an order drawn afresh, a step for each batch, nothing chosen
 * by anything but the budget.
 *
 * Source: github.com/marco-rudolph/cs-flow, train.py, which evaluates on the test set now and then and reports the best; here
 * the last state is the model, whatever it is worth.
 */
import {
  LossError,
  openTrainingStep,
  type SessionOptions,
  type TensorData,
  type TrainingStep,
  tensor,
  tensorsUnder,
} from '../../graph/index.ts'
import type { Random } from '../../math/random.ts'
import { checkCancelled, type Task } from '../../task.ts'
import { openLossCheckpoint, type Pause } from '../checkpoint.ts'
import type { Scratch } from '../detector.ts'
import type { FeatureStore } from './feature-store.ts'
import { flowPlan } from './flow-plan.ts'
import type { FlowShape } from './flow-shape.ts'
import { initialParameters } from './initial-parameters.ts'
import type { CsflowSettings } from './options.ts'
import { findOverflow, lossLimit, OverflowError } from './overflow.ts'
import { createPyramidBatch } from './pyramid-batch.ts'

export interface FlowTraining {
  readonly shape: FlowShape
  readonly settings: CsflowSettings
  readonly random: Random
  readonly machine: SessionOptions
  readonly task: Task
  readonly scratch?: Scratch | null | undefined
  /** Between checkpoints. */
  readonly pause?: Pause
  /** Told after each pass: how far it is, its mean loss, and the parameters as they are then. */
  readonly onEpoch?: (
    epoch: number,
    loss: number,
    parameters: Readonly<Record<string, TensorData<'float32'>>>,
  ) => void | Promise<void>
}

export interface TrainedFlow {
  readonly parameters: Readonly<Record<string, TensorData<'float32'>>>
  /** Mean loss of each pass. */
  readonly losses: readonly number[]
  readonly stepsPerEpoch: number
}

/** @throws {OverflowError} The likelihood is lost. @throws {CancelledError} What is done is kept in `scratch`. */
export async function trainFlow(store: FeatureStore, training: FlowTraining): Promise<TrainedFlow> {
  const { shape, settings, random, machine, task, onEpoch } = training
  const images = Math.min(settings.batch, store.count)
  const stepsPerEpoch = Math.ceil(store.count / images)
  const epochs = Math.max(settings.epochs, Math.ceil(settings.leastSteps / stepsPerEpoch))
  const steps = stepsPerEpoch * epochs
  const learningRate = rateOf(settings, steps)
  const plan = flowPlan(shape, images, { ...settings, learningRate }, store)
  const parameters = initialParameters(shape, random.fork('parameters'))
  const step = await openTrainingStep(plan, { parameters }, machine)
  const checkpoint = openLossCheckpoint('csflow.checkpoint', 'PLFC', training.scratch ?? null, training.pause)
  const progress = task.progress('csflow', 'steps')
  try {
    const losses = await checkpoint.resume(step)
    const batch = createPyramidBatch(shape, images)
    for (let epoch = losses.length; epoch < epochs; epoch++) {
      const order = random
        .fork('order', epoch)
        .shuffleInPlace(Int32Array.from({ length: store.count }, (_, i) => i))
      let sum = 0
      for (let start = 0; start < store.count; start += images) {
        checkCancelled(task)
        const members = order.subarray(start, start + images)
        members.forEach((image, place) => {
          batch.put(place, store.mapsOf(image))
        })
        const weights = new Float32Array(images).fill(1 / members.length, 0, members.length)
        const feeds = { ...batch.feeds, weights: tensor(weights, [images]) }
        sum += members.length * (await takeStep(step, feeds, store, training))
        progress.update(step.step, steps)
      }
      losses.push(sum / store.count)
      const state = step.live()
      await onEpoch?.(epoch + 1, losses[epoch]!, tensorsUnder(state, 'parameters'))
      if (epoch + 1 < epochs) await checkpoint.keep(step, losses)
    }
    return { parameters: tensorsUnder(step.live(), 'parameters'), losses, stepsPerEpoch }
  } finally {
    progress.end()
    await step.close()
  }
}

async function takeStep(
  step: TrainingStep,
  feeds: Readonly<Record<string, TensorData>>,
  { layers }: FeatureStore,
  { shape, machine }: FlowTraining,
): Promise<number> {
  const attempted = step.step + 1
  try {
    const { loss } = await step.run(feeds)
    if (loss < lossLimit) return loss
  } catch (error) {
    if (!(error instanceof LossError)) throw error
  }
  const { weights, ...maps } = feeds
  const { where, value } = await findOverflow({ shape, layers }, step.live(), maps, machine)
  throw new OverflowError(attempted, where, value)
}

function rateOf({ learningRate, schedule }: CsflowSettings, steps: number): (step: number) => number {
  if (schedule === 'constant') return () => learningRate
  return (step) => (learningRate * (1 + Math.cos((Math.PI * (step - 1)) / steps))) / 2
}
