/** What the two ways to take a training step have in common. */
import { PlumblineError } from '../errors.ts'
import type { GraphBuilder, Value } from './graph.ts'
import { reshape } from './ops-shape.ts'
import type { Session } from './session.ts'
import type { TensorData } from './tensor.ts'
import type { PlannedGraph } from './training-plan.ts'
import { bufferName } from './training-state.ts'

export interface StepResult {
  /** Before the step was taken. */
  readonly loss: number
  /** Of all parameters together, before clipping; null where the plan does not clip. */
  readonly gradientNorm: number | null
  readonly outputs: Readonly<Record<string, TensorData>>
}

export type MutableState = Record<string, TensorData>
export type Feeds = Readonly<Record<string, TensorData>>

/** How a step is taken. */
export interface Update {
  /**
   * @param state - Read, and replaced or changed in place.
   * @param step - Counted from 1.
   * @throws {LossError} Before anything is changed.
   */
  run(state: MutableState, step: number, feeds: Feeds): Promise<StepResult>
  close(): Promise<void>
}

/** The loss, or the norm of the gradients, is not finite. The state is still that of the step before. */
export class LossError extends PlumblineError {
  readonly code = 'LOSS'
  readonly step: number
  constructor(name: string, step: number, what: string, value: number) {
    super(
      `${name}, step ${step}: expected a finite ${what}, got ${value}; a lower learning rate, clipped gradients or a look at the batch may help`,
    )
    this.step = step
  }
}

/** @throws {LossError} */
export function checkFinite(name: string, step: number, what: string, value: number): void {
  if (!Number.isFinite(value)) throw new LossError(name, step, what, value)
}

const lossName = 'loss'
const outputName = (name: string): string => `outputs/${name}`
/** Output that is to replace a tensor of the state. */
export const nextName = (name: string): string => `next/${name}`

/** Names what every step reports as outputs of the graph. */
export function nameReports({ graph, loss, outputs, buffers }: PlannedGraph): void {
  graph.output(lossName, reshape(loss, []))
  for (const [name, value] of Object.entries(outputs)) graph.output(outputName(name), value)
  for (const [name, value] of Object.entries(buffers)) graph.output(nextName(bufferName(name)), value)
}

export function readReports(
  { outputs, buffers }: Pick<PlannedGraph, 'outputs' | 'buffers'>,
  results: Feeds,
): {
  readonly loss: number
  readonly outputs: Readonly<Record<string, TensorData>>
  /** By their names in the state. */
  readonly buffers: Readonly<Record<string, TensorData>>
} {
  const pick = (names: readonly string[], nameOf: (name: string) => string) =>
    names.map((name) => [name, results[nameOf(name)]!] as const)
  return {
    loss: results[lossName]!.data[0] as number,
    outputs: Object.fromEntries(pick(Object.keys(outputs), outputName)),
    buffers: Object.fromEntries(pick(Object.keys(buffers).map(bufferName), nextName)),
  }
}

/** The tensors of the state that the model reads. */
export const heldInputs = ({ inputs }: Session, state: MutableState): Feeds =>
  Object.fromEntries(inputs.flatMap(({ name }) => (Object.hasOwn(state, name) ? [[name, state[name]!]] : [])))

/** Numbers fed at each step, as inputs of shape []. */
export const scalarInputs = (
  graph: GraphBuilder,
  prefix: string,
  names: readonly string[],
): Record<string, Value> =>
  Object.fromEntries(names.map((name) => [name, graph.input(`${prefix}/${name}`, 'float32', [])]))
