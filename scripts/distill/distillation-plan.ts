/**
 * What is trained, and how fast: the student against its teacher's features.
 *
 * The rate rises over the first steps and falls as a cosine. Blocks that were taken over from the teacher wait until the
 * entrance gives them something like what they know, and keep their depthwise kernels to the end.
 */
import { plumbS } from '../../src/backbone/plumb-s.ts'
import {
  adamW,
  conv2d,
  type TensorType,
  type TrainingPlan,
  tensor,
  type Value,
} from '../../src/graph/index.ts'
import { createRandom } from '../../src/math/random.ts'
import { distillationLoss } from './distillation-loss.ts'
import type { Parameters } from './initial-parameters.ts'
import type { DistillOptions } from './options.ts'
import { buildStudent, studentParameters } from './student.ts'
import type { Teacher } from './teacher.ts'

const warmUpSteps = 200
/** In a further round. */
const shortWarmUp = 50
const blocksWait = 300
const blocksWarmUp = 300
/** Of the rate. */
const blocksShare = 0.5

/** Whether the student's blocks are the teacher's to begin with. */
export const takesBlocks = ({ id }: Teacher, { takesOver }: DistillOptions): boolean =>
  takesOver && id === 'mobilenet_v2'

export function planOf(
  teacher: Teacher,
  deviations: Readonly<Record<string, Float32Array>>,
  options: DistillOptions,
): TrainingPlan {
  const { batch, side, steps, learningRate, weights, from } = options
  const rate = (step: number): number =>
    learningRate *
    Math.min(1, step / (from === null ? warmUpSteps : shortWarmUp)) *
    ((1 + Math.cos((Math.PI * (step - 1)) / steps)) / 2 + 1e-3)
  const isTakenOver = (name: string) => takesBlocks(teacher, options) && name.startsWith('block')
  const isFrozen = (name: string) => isTakenOver(name) && name.endsWith('depthwise.weight')
  const blockRate = (step: number): number =>
    blocksShare *
    rate(step) *
    (from === null ? Math.min(1, Math.max(0, step - blocksWait) / blocksWarmUp) : 1)
  const heads = headTypes(teacher)
  return {
    name: 'distil',
    parameters: pickBy({ ...studentParameters, ...heads }, (name) => !isFrozen(name)),
    buffers: pickBy(studentParameters, isFrozen),
    inputs: [
      { name: 'image', dtype: 'float32', shape: [batch, 3, side, side] },
      ...Object.entries(teacher.stages).map(([name, { channels, stride }]) => ({
        ...{ name, dtype: 'float32' as const },
        shape: [batch, channels, Math.ceil(side / stride), Math.ceil(side / stride)],
      })),
    ],
    build: ({ parameters, buffers, inputs }) => {
      const built = buildStudent(inputs.image!, { ...parameters, ...buffers })
      const student = new Map(
        [...built].map(([stage, value]): [string, Value] => {
          const head = parameters[`head.${stage}`]
          return [stage, head === undefined ? value : conv2d(value, head)]
        }),
      )
      const targets = new Map(Object.keys(teacher.stages).map((stage) => [stage, inputs[stage]!]))
      const { loss, parts } = distillationLoss(student, targets, deviations, weights)
      return { loss, outputs: parts }
    },
    optimiser: (name) => adamW({ learningRate: isTakenOver(name) ? blockRate : rate, weightDecay: 1e-4 }),
    maxGradientNorm: 5,
  }
}

function pickBy<T>(record: Readonly<Record<string, T>>, test: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => test(name)))
}

/** Parameters and buffers of a plan, as a training step is opened with. */
export const splitBy = (plan: TrainingPlan, all: Parameters) => ({
  parameters: pickBy(all, (name) => Object.hasOwn(plan.parameters, name)),
  buffers: pickBy(all, (name) => Object.hasOwn(plan.buffers ?? {}, name)),
})

/** From a stage of the student to as many channels as another teacher has there; only for training. */
function headTypes({ id, stages }: Teacher): Record<string, TensorType<'float32'>> {
  if (id === 'mobilenet_v2') return {}
  const own = (stage: string) => plumbS.stages.find(({ name }) => name === stage)!.channels
  return Object.fromEntries(
    Object.entries(stages).map(([stage, { channels }]) => [
      `head.${stage}`,
      { dtype: 'float32' as const, shape: [channels, own(stage), 1, 1] },
    ]),
  )
}

export function headParameters(teacher: Teacher, seed: number): Parameters {
  return Object.fromEntries(
    Object.entries(headTypes(teacher)).map(([name, { shape }]) => {
      const random = createRandom(seed, name)
      const data = Float32Array.from(
        { length: shape[0]! * shape[1]! },
        () => random.normal() / Math.sqrt(shape[1]!),
      )
      return [name, tensor(data, shape)]
    }),
  )
}
