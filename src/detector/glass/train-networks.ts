/**
 * The training loop: epoch after epoch of steps, a checkpoint between epochs, and an end that no test image has a say in: after so
 * many epochs, or when held-back training images and their synthetic anomalies are told apart no better.
 *
 * The reference evaluates on the test set after every epoch and keeps the best; what that flatters is in `docs/detectors/glass.md`.
 */
import { PlumblineError } from '../../errors.ts'
import {
  LossError,
  openTrainingStep,
  type SessionOptions,
  type TensorData,
  type TrainingStep,
  tensorsUnder,
} from '../../graph/index.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { TrainingCurves } from '../../wire/training-curves.ts'
import type { Scratch } from '../detector.ts'
import { mapNamed } from '../score-graph/score-graph.ts'
import { openAdaptor } from './adapt-rows.ts'
import type { BatchSource } from './batch-source.ts'
import { type Best, type GlassCheckpoint, openGlassCheckpoint } from './checkpoint.ts'
import { createCurveRecorder } from './curve-recorder.ts'
import type { Networks } from './networks.ts'
import { glassPlan, type StepSettings } from './training-plan.ts'

export interface NetworkTraining {
  readonly settings: StepSettings
  readonly source: BatchSource
  readonly initial: Networks
  readonly epochs: number
  /** Judges networks after an epoch, higher is better; null for a fixed number of epochs. */
  readonly heldBack: { judge(networks: Networks): Promise<number>; readonly patience: number } | null
  readonly machine: SessionOptions
  readonly task: Task
  readonly scratch: Scratch | null
  /** Told the networks after each epoch; for experiments. */
  readonly onEpoch?: (epoch: number, networks: Networks) => Promise<void>
}

export interface TrainedNetworks {
  readonly networks: Networks
  readonly curves: TrainingCurves
}

/** @throws {TrainingError} The loss is not finite. @throws {CancelledError} What is done is kept in `scratch`. */
export async function trainNetworks(training: NetworkTraining): Promise<TrainedNetworks> {
  const { settings, source, initial, epochs, heldBack, machine, task, scratch } = training
  const steps = epochs * source.epochSteps
  const checkpoint = openGlassCheckpoint(scratch)
  const saved = await checkpoint.read()
  const step = await openTrainingStep(glassPlan(settings, reported), initial, machine)
  const adaptor = await openAdaptor(source.mean, settings, machine)
  const progress = task.progress('GLASS', 'steps')
  try {
    if (saved !== undefined) step.restore(saved.state)
    const recorder = createCurveRecorder(curves, steps, saved?.points)
    let best = saved?.best ?? null
    const isOver = (epoch: number) =>
      epoch === epochs || (heldBack !== null && best !== null && epoch - best.epoch >= heldBack.patience)
    let epoch = step.step / source.epochSteps
    for (; !isOver(epoch); epoch++) {
      const networks = networksOf(step)
      await source.startEpoch(epoch, networks)
      const center = await adaptor.adapt(networks.parameters)
      for (let i = 0; i < source.epochSteps; i++) {
        checkCancelled(task)
        const values = await takeStep(step, { ...(await source.draw(step.step)), center }, checkpoint)
        recorder.add(values)
        progress.update(step.step, steps, inWords(values))
      }
      await training.onEpoch?.(epoch, networksOf(step))
      if (heldBack !== null) {
        const score = await heldBack.judge(networksOf(step))
        if (best === null || score > best.score)
          best = { epoch: epoch + 1, score, networks: copyOf(networksOf(step)) }
      }
      await checkpoint.keep({ state: step.live(), points: recorder.state(), best }, isOver(epoch + 1))
    }
    const ended = endInWords(epoch, epochs, best)
    return { networks: best?.networks ?? copyOf(networksOf(step)), curves: recorder.curves(ended) }
  } finally {
    progress.end()
    await adaptor.close()
    await step.close()
  }
}

/** What a step reports, and how it is recorded. */
const reported = ['pTrue', 'pFake'] as const
const curves = [
  { name: 'loss', unit: 'loss' },
  { name: 'nominal patches called nominal', unit: 'share' },
  { name: 'synthetic anomalies called anomalous', unit: 'share' },
] as const

const inWords = (values: readonly number[]): string => {
  const [loss, pTrue, pFake] = values.map((value) => value.toFixed(3))
  return `loss ${loss}, p_true ${pTrue}, p_fake ${pFake}`
}

function endInWords(epoch: number, epochs: number, best: Best | null): string {
  if (best === null) return `after ${epochs} epochs, the budget that was set`
  const how = epoch === epochs ? 'after the budget that was set' : 'when it got no better'
  return `${how}; kept: epoch ${best.epoch} of ${epoch}, best at telling held-back images from synthetic anomalies (AUROC ${best.score.toFixed(4)})`
}

/** The loss is not a number any more. What was trained before is kept. */
export class TrainingError extends PlumblineError {
  readonly code = 'LOSS'
  constructor(step: number, kept: number | null, options: ErrorOptions) {
    super(
      `glass, step ${step}: expected a finite loss, got none; ` +
        `${kept === null ? 'there is no checkpoint yet' : `the checkpoint after step ${kept} is kept`}. ` +
        'A lower learning rate (--option learningRate=…) may help; so may looking for images whose features are not finite',
      options,
    )
  }
}

/** @returns Loss, and what is reported. */
async function takeStep(
  step: TrainingStep,
  feeds: Readonly<Record<string, TensorData>>,
  checkpoint: GlassCheckpoint,
): Promise<readonly number[]> {
  try {
    const { loss, outputs } = await step.run(feeds)
    return [loss, ...reported.map((name) => Number(outputs[name]!.data[0]))]
  } catch (error) {
    if (error instanceof LossError) throw new TrainingError(error.step, checkpoint.lastStep, { cause: error })
    throw error
  }
}

const networksOf = (step: TrainingStep): Networks => {
  const state = step.live()
  return { parameters: tensorsUnder(state, 'parameters'), buffers: tensorsUnder(state, 'buffers') }
}

const copyOf = ({ parameters, buffers }: Networks): Networks => {
  const copied = (tensors: Networks['parameters']) =>
    mapNamed(tensors, ({ dtype, shape, data }) => ({ dtype, shape, data: data.slice() }))
  return { parameters: copied(parameters), buffers: copied(buffers) }
}
