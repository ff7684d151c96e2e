/** What is trained, and how: the part of a training step that a detector writes. */
import { gradients } from './gradients.ts'
import { GraphBuilder, type TensorSpec, type Value } from './graph.ts'
import type { Optimiser } from './optimiser.ts'
import type { TensorType } from './tensor.ts'
import { bufferName, parameterName } from './training-state.ts'

type Values = Readonly<Record<string, Value>>

export interface LossParts {
  readonly parameters: Values
  readonly buffers: Values
  readonly inputs: Values
}

export interface LossGraph {
  /** float32, one element. */
  readonly loss: Value
  /** Reported by each run. */
  readonly outputs?: Values
  /** What buffers become; those left out stay. */
  readonly buffers?: Values
}

export interface TrainingPlan {
  readonly name: string
  /** What the optimiser moves; float32. */
  readonly parameters: Readonly<Record<string, TensorType<'float32'>>>
  /** float32 as well. What is carried from step to step and moved by the graph itself, e.g. running statistics. */
  readonly buffers?: Readonly<Record<string, TensorType<'float32'>>>
  /** What each run is fed; float32. */
  readonly inputs: readonly TensorSpec<'float32'>[]
  build(parts: LossParts): LossGraph
  /** One for all parameters, or one for each by name. */
  readonly optimiser: Optimiser | ((parameter: string) => Optimiser)
  /** Gradients of all parameters together are scaled down to this norm; default: they are left alone. */
  readonly maxGradientNorm?: number
}

/** The graph of a loss and its gradients, with inputs for all it reads and nothing named as output yet. */
export interface PlannedGraph {
  readonly graph: GraphBuilder
  readonly parameters: Values
  readonly gradients: Values
  readonly loss: Value
  /** What buffers become. */
  readonly buffers: Values
  readonly outputs: Values
}

export const optimiserOf = ({ optimiser }: TrainingPlan, parameter: string): Optimiser =>
  typeof optimiser === 'function' ? optimiser(parameter) : optimiser

/** @throws {RangeError} The plan gives a buffer that it has not, or one of another shape. */
export function planGraph(plan: TrainingPlan): PlannedGraph {
  const graph = new GraphBuilder(plan.name)
  const declare = (
    types: Readonly<Record<string, TensorType<'float32'>>>,
    nameOf: (name: string) => string,
  ): Values =>
    Object.fromEntries(
      Object.entries(types).map(([name, { dtype, shape }]) => [
        name,
        graph.input(nameOf(name), dtype, shape),
      ]),
    )
  const parameters = declare(plan.parameters, parameterName)
  const buffers = declare(plan.buffers ?? {}, bufferName)
  const inputs = declare(Object.fromEntries(plan.inputs.map((spec) => [spec.name, spec])), (name) => name)
  const { loss, outputs = {}, buffers: moved = {} } = plan.build({ parameters, buffers, inputs })
  for (const [name, value] of Object.entries(moved)) {
    const held = buffers[name]
    if (held === undefined) throw new RangeError(`${plan.name}: ${name} is none of its buffers`)
    if (held.dtype !== value.dtype || held.shape.join() !== value.shape.join()) {
      throw new RangeError(
        `${plan.name}: buffer ${name}: expected ${held.dtype} [${held.shape.join(', ')}], got ${value.dtype} [${value.shape.join(', ')}]`,
      )
    }
  }
  const names = Object.keys(parameters)
  const found = gradients(loss, Object.values(parameters))
  return {
    graph,
    parameters,
    gradients: Object.fromEntries(names.map((name, i) => [name, found[i]!])),
    loss,
    buffers: moved,
    outputs,
  }
}
