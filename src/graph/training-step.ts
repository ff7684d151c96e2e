/**
 * Training: each run takes a batch, and moves parameters and what the optimiser remembers by one step.
 *
 * There are two ways, with the same arithmetic. `inside`: one model computes loss, gradients and update; the state goes in
 * and comes out as outputs, which are the next run's inputs, uncopied. `fused`: the model ends at the gradients, which land
 * in arrays that stay, and the update is one pass over memory (fused-kernel.ts); the default on the CPU, where it is faster
 * the more parameters there are.
 */
import { openFusedUpdate } from './fused-update.ts'
import { openInsideUpdate } from './inside-update.ts'
import { resolveDevice, type SessionOptions } from './session.ts'
import { filled, type TensorData, type TensorType } from './tensor.ts'
import { optimiserOf, type TrainingPlan } from './training-plan.ts'
import {
  bufferName,
  checkState,
  copyTensor,
  parameterName,
  slotName,
  stepName,
  type TrainingState,
} from './training-state.ts'
import type { MutableState, StepResult } from './training-update.ts'

export interface TrainingOptions extends SessionOptions {
  /** Default `fused` on the CPU, `inside` elsewhere. */
  readonly update?: 'fused' | 'inside'
}

export interface TrainingStep {
  /** Steps taken so far. */
  readonly step: number
  /**
   * Takes one step.
   *
   * @param feeds - Exactly the plan's inputs.
   * @throws {RangeError} The run before is not over.
   * @throws {LossError} The loss, or the norm of the gradients, is not finite: nothing was changed.
   */
  run(feeds: Readonly<Record<string, TensorData>>): Promise<StepResult>
  /** A copy of everything: restored, training goes on as if it had not stopped, bit for bit. */
  state(): TrainingState
  /** The tensors themselves, for reading between runs: the next run changes or replaces them. */
  live(): TrainingState
  /** @throws as {@link checkState}. */
  restore(state: TrainingState): void
  close(): Promise<void>
}

/**
 * @param initial - Parameters and buffers by their own names, copied; what the optimiser remembers starts at zero.
 * @throws as {@link checkState}, for what is missing or does not fit the plan.
 */
export async function openTrainingStep(
  plan: TrainingPlan,
  initial: {
    readonly parameters: Readonly<Record<string, TensorData>>
    readonly buffers?: Readonly<Record<string, TensorData>>
  },
  options: TrainingOptions = {},
): Promise<TrainingStep> {
  const types = stateTypes(plan)
  const state: MutableState = {}
  for (const [name, data] of Object.entries(initial.parameters)) state[parameterName(name)] = data
  for (const [name, data] of Object.entries(initial.buffers ?? {})) state[bufferName(name)] = data
  for (const [name, { dtype, shape }] of Object.entries(types)) {
    if (name.startsWith('optimiser/') || name === stepName) state[name] = filled(dtype, shape, 0)
  }
  checkState(plan.name, types, state)
  for (const name of Object.keys(initial.parameters)) {
    state[parameterName(name)] = copyTensor(state[parameterName(name)]!)
  }
  for (const name of Object.keys(initial.buffers ?? {})) {
    state[bufferName(name)] = copyTensor(state[bufferName(name)]!)
  }
  const { update = resolveDevice(options.device ?? 'auto') === 'cpu' ? 'fused' : 'inside' } = options
  const open = update === 'fused' ? openFusedUpdate : openInsideUpdate
  const taking = await open(plan, options)
  let step = 0
  let isBusy = false
  const keepStep = (taken: number): void => {
    step = taken
    state[stepName] = filled('int64', [], taken)
  }
  return {
    get step() {
      return step
    },
    async run(feeds) {
      if (isBusy) throw new RangeError(`${plan.name}: expected the run before to be over, got another`)
      isBusy = true
      try {
        const result = await taking.run(state, step + 1, feeds)
        keepStep(step + 1)
        return result
      } finally {
        isBusy = false
      }
    },
    state: () => Object.fromEntries(Object.entries(state).map(([name, data]) => [name, copyTensor(data)])),
    live: () => ({ ...state }),
    restore(saved) {
      checkState(plan.name, types, saved)
      for (const [name, data] of Object.entries(saved)) state[name] = copyTensor(data)
      keepStep(Number(saved[stepName]!.data[0]))
    },
    close: () => taking.close(),
  }
}

function stateTypes(plan: TrainingPlan): Readonly<Record<string, TensorType>> {
  const types: Record<string, TensorType> = { [stepName]: { dtype: 'int64', shape: [] } }
  for (const [name, type] of Object.entries(plan.parameters)) {
    types[parameterName(name)] = type
    for (const slot of optimiserOf(plan, name).slots) types[slotName(slot, name)] = type
  }
  for (const [name, type] of Object.entries(plan.buffers ?? {})) types[bufferName(name)] = type
  return types
}
