/** Maximum-likelihood training of the flow over patches: a fixed number of steps, batches drawn from the pool at random. */
import {
  adam,
  openTrainingStep,
  type SessionOptions,
  type TensorData,
  type TrainingPlan,
  tensor,
  tensorsUnder,
} from '../../graph/index.ts'
import type { Random } from '../../math/random.ts'
import { named } from '../../present.ts'
import { checkCancelled, type Task } from '../../task.ts'
import { openLossCheckpoint, type Pause } from '../checkpoint.ts'
import type { Scratch } from '../detector.ts'
import type { Pool } from '../glass/patch-pool.ts'
import {
  initialPatchFlow,
  type PatchFlowShape,
  patchFlowForward,
  patchFlowLoss,
  patchFlowParameters,
} from './patch-flow.ts'
import type { Whitening } from './whitening.ts'

export interface PatchFlowTraining {
  readonly shape: PatchFlowShape
  readonly whitening: Whitening
  readonly steps: number
  /** Patches a step. */
  readonly rows: number
  /** Of Adam at first; it falls to nothing along a cosine. */
  readonly learningRate: number
  readonly random: Random
  readonly machine: SessionOptions
  readonly task: Task
  readonly scratch: Scratch | null
  /** Between checkpoints. */
  readonly pause?: Pause
}

export interface TrainedPatchFlow {
  readonly parameters: Readonly<Record<string, TensorData<'float32'>>>
  /** Mean loss of the last tenth of the steps. */
  readonly loss: number
}

/** Steps from one chance of a checkpoint to the next. */
const stepsBetween = 100

/** @throws {LossError} The likelihood is lost. @throws {CancelledError} What is done is kept in `scratch`. */
export async function trainPatchFlow(pool: Pool, training: PatchFlowTraining): Promise<TrainedPatchFlow> {
  const { shape, steps, rows, random, machine, task } = training
  const initial = { parameters: initialPatchFlow(shape, random.fork('parameters')) }
  const step = await openTrainingStep(planOf(training), initial, machine)
  const checkpoint = openLossCheckpoint('flowwalk.checkpoint', 'PLFW', training.scratch, training.pause)
  const progress = task.progress('flow over patches', 'steps')
  const batch = tensor(new Float32Array(rows * shape.dims), [rows, shape.dims])
  try {
    const losses = await checkpoint.resume(step)
    for (let i = losses.length; i < steps; i++) {
      checkCancelled(task)
      drawRows(pool, batch.data as Float32Array, random.fork('step', i))
      const { loss } = await step.run({ patches: batch })
      losses.push(loss)
      progress.update(i + 1, steps, `loss ${loss.toFixed(3)}`)
      // The last state is written too: what comes after it may be interrupted as well.
      const isLast = losses.length === steps
      if (isLast || losses.length % stepsBetween === 0) await checkpoint.keep(step, losses, isLast)
    }
    const last = losses.slice(-Math.ceil(steps / 10))
    const parameters = tensorsUnder(step.live(), 'parameters')
    return { parameters, loss: last.reduce((a, b) => a + b, 0) / last.length }
  } finally {
    progress.end()
    await step.close()
  }
}

function planOf({ shape, whitening, rows, steps, learningRate }: PatchFlowTraining): TrainingPlan {
  return {
    name: 'flow over patches',
    parameters: patchFlowParameters(shape),
    inputs: [{ name: 'patches', dtype: 'float32', shape: [rows, shape.dims] }],
    build({ parameters, inputs }) {
      const flow = { shape, parameters, whitening }
      return { loss: patchFlowLoss(flow, patchFlowForward(flow, named(inputs, 'patches'))) }
    },
    optimiser: adam({
      learningRate: (step) => (learningRate * (1 + Math.cos((Math.PI * (step - 1)) / steps))) / 2,
      weightDecay: 1e-5,
    }),
    maxGradientNorm: 1,
  }
}

function drawRows({ rows, count, dims }: Pool, target: Float32Array, random: Random): void {
  for (let at = 0; at < target.length; at += dims) {
    const from = random.integer(count) * dims
    target.set(rows.subarray(from, from + dims), at)
  }
}
