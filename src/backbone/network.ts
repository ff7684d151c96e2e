/** A network with its weights as a function over values: what runs on its own, and what an exported model holds. */
import { ModelError, UsageError } from '../errors.ts'
import { cast, mul, sub, transpose, type Value } from '../graph/index.ts'
import { didYouMean } from '../math/nearest-name.ts'
import { mustGet } from '../present.ts'
import { type Architecture, architecture } from './architectures.ts'
import type { StageInfo } from './backbone.ts'
import { type InputConvention, inputConvention, type Normalisation } from './input-convention.ts'
import type { WeightTensors } from './weight-tensors.ts'
import { withMismatchHints } from './weights-mismatch.ts'

export interface NetworkOptions {
  readonly id: string
  /** Null for an architecture whose weights code makes. */
  readonly weights: WeightTensors | null
  readonly weightsId: string
  /** In the order in which their features are wanted. */
  readonly stages: readonly string[]
}

export interface Network {
  /** Of the weights that are used: those given, or those that code made. */
  readonly weightsId: string
  readonly convention: InputConvention
  readonly stages: readonly StageInfo[]
  /**
   * @param pixels - RGB 0..255, [images, rows, cols, 3]; how many images may be known at run time only.
   * @returns float32 [images, channels, rows, cols] of each stage by name, in the order wanted.
   * @throws {ModelError} A tensor is missing or has another shape.
   */
  build(pixels: Value<'uint8'> | Value): ReadonlyMap<string, Value>
}

/** @throws {UsageError} No such architecture or stage. @throws {ModelError} The weights are not there. */
export function networkOf(options: NetworkOptions): Network {
  const network = architecture(options.id)
  const stages = options.stages.map((name) => stageOf(network, name))
  const { weights, weightsId } = weightsOf(network, options)
  const convention = inputConvention(weights)
  return {
    weightsId,
    convention,
    stages,
    build(pixels) {
      const deepest = stages.reduce((a, b) => (network.stages.indexOf(b) > network.stages.indexOf(a) ? b : a))
      const x = normalise(pixels, convention.normalisation)
      const held = withMismatchHints(network.id, weights)
      const results = network.build(x, held, convention.padding, deepest.name)
      return new Map(stages.map(({ name }) => [name, mustGet(results, name)]))
    },
  }
}

/** [images, rows, cols, 3] to normalised float32 [images, 3, rows, cols]. */
export function normalise(pixels: Value<'uint8' | 'float32'>, { mean, deviation }: Normalisation): Value {
  const perChannel = (values: readonly number[]) =>
    pixels.graph.constant(Float32Array.from(values), [1, 3, 1, 1])
  const planes = cast(transpose(pixels, [0, 3, 1, 2]), 'float32')
  return mul(sub(planes, perChannel(mean)), perChannel(deviation.map((value) => 1 / value)))
}

function weightsOf(
  network: Architecture,
  { weights, weightsId }: NetworkOptions,
): { readonly weights: WeightTensors; readonly weightsId: string } {
  if (network.embedded !== null) {
    const made = network.embedded()
    return { weights: made.weights, weightsId: made.id }
  }
  if (weights === null) throw new ModelError(network.id, 'needs weights, and none were given')
  return { weights, weightsId }
}

function stageOf(network: Architecture, name: string): StageInfo {
  const stage = network.stages.find((each) => each.name === name)
  if (stage !== undefined) return stage
  const names = network.stages.map((each) => each.name)
  throw new UsageError(
    `backbone ${network.id} has no stage ${name}; it has ${names.join(', ')}${didYouMean(name, names)}`,
  )
}
