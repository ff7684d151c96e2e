/** Maximum-likelihood training of a flow as a plan of the engine. */

import { adam, type LearningRate, type TensorSpec, type TrainingPlan, type Value } from '../../graph/index.ts'
import { named } from '../../present.ts'
import { asPyramid, type Flow, type Pyramid } from './coupling.ts'
import { flowForward, flowLoss } from './flow.ts'
import { type FlowShape, flowParameters, scales } from './flow-shape.ts'

export interface LikelihoodTraining {
  readonly learningRate: LearningRate
  /** L2, added to the gradient after clipping. */
  readonly weightDecay: number
  /** Norm to which the gradients of all parameters together are clipped. */
  readonly maxGradientNorm: number
}

/** Those of the reference (config.py, train.py). */
export const referenceTraining: LikelihoodTraining = {
  learningRate: 2e-4,
  weightDecay: 1e-5,
  maxGradientNorm: 1,
}

/** Source: github.com/marco-rudolph/cs-flow, train.py. */
const epsilon = 1e-4

/** Channel-major maps `x0` to `x2`, [channels, images, rows, cols]. */
export const flowInputs = (
  { channels, extents }: FlowShape,
  images: number,
): readonly TensorSpec<'float32'>[] =>
  scales.map((scale) => ({
    name: `x${scale}`,
    dtype: 'float32',
    shape: [channels, images, ...extents[scale]],
  }))

/** What is fed under the names of {@link flowInputs}. */
export const pyramidOf = (values: Readonly<Record<string, Value>>): Pyramid =>
  asPyramid(scales.map((scale) => named(values, `x${scale}`)))

/**
 * @param images - In a batch.
 * @returns Inputs are those of {@link flowInputs} and `weights`, [images], as {@link flowLoss} takes them.
 */
export function flowPlan(
  shape: FlowShape,
  images: number,
  { learningRate, weightDecay, maxGradientNorm }: LikelihoodTraining,
  { layers = null, isPlain = false }: Partial<Pick<Flow, 'layers' | 'isPlain'>> = {},
): TrainingPlan {
  return {
    name: 'csflow',
    parameters: flowParameters(shape),
    inputs: [...flowInputs(shape, images), { name: 'weights', dtype: 'float32', shape: [images] }],
    build({ parameters, inputs }) {
      const flow = { shape, parameters, layers, isPlain }
      const latents = flowForward(flow, pyramidOf(inputs))
      return { loss: flowLoss(flow, latents, named(inputs, 'weights')) }
    },
    optimiser: adam({ learningRate, epsilon, weightDecay }),
    maxGradientNorm,
  }
}
