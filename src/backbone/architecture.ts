/** What the code knows of a network before any weights are there. */
import type { Value } from '../graph/index.ts'
import type { PatchDefaults, StageInfo } from './backbone.ts'
import type { PaddingRule } from './input-convention.ts'
import type { MadeWeights } from './made-weights.ts'
import type { WeightTensors } from './weight-tensors.ts'

export interface Architecture {
  readonly id: string
  /** Every place where features may be taken, shallow to deep. */
  readonly stages: readonly StageInfo[]
  readonly patchDefaults: PatchDefaults
  /** The least side of the input, in pixels. From there on any size will do; feature extents are rounded up. */
  readonly leastSide: number
  /** Sides of the input are multiples of it, in pixels; absent where any whole number will do. */
  readonly sideStep?: number
  /** Makes the weights, where code does; null where a file is needed. */
  readonly embedded: (() => MadeWeights) | null
  /**
   * Builds the network as deep as the stage `deepest` and no deeper.
   *
   * @param x - Normalised image, float32 [images, 3, rows, cols].
   * @returns Every stage on the way, by name.
   * @throws {ModelError} A tensor is missing or has another shape.
   */
  build(x: Value, weights: WeightTensors, padding: PaddingRule, deepest: string): ReadonlyMap<string, Value>
}
