/** How much memory a training will take, said before it begins. */
import { totalmem } from 'node:os'
import { UsageError } from '../../errors.ts'
import { elementCount } from '../../graph/index.ts'
import type { FitInput } from '../detector.ts'
import { gib, refuseTooManyAtOnce } from '../fits-at-once.ts'
import { type NetworkShape, parameterTypes } from './networks.ts'

/** What a training step is about to hold. */
export interface StepSize extends NetworkShape {
  readonly rows: number
  readonly augmentedRows: number
  /** Bytes of patches in memory beside it. */
  readonly poolBytes: number
}

/** Arrays of a row that live at the same time, as measured (bench/glass.bench.ts): of its width, of a hidden layer's. */
const [arraysOfDims, arraysOfHidden] = [8, 14]
/** The runtime, the backbone, Node. */
const baseBytes = 400 * 2 ** 20

/** Bytes: 16 a parameter (its gradient, and what the optimiser remembers), the arrays of a step, the pools. */
export function bytesNeeded(size: StepSize): number {
  const { rows, augmentedRows, dims, hidden, layers, poolBytes } = size
  const parameters = Object.values(parameterTypes(size)).reduce(
    (sum, type) => sum + elementCount(type.shape),
    0,
  )
  const ofRow = 4 * (arraysOfDims * dims + arraysOfHidden * layers * hidden)
  return baseBytes + 16 * parameters + (rows + augmentedRows) * ofRow + poolBytes
}

/**
 * @param knob - The option that sets how much a step holds, its value, and `size` for any other value of it.
 * @throws {UsageError} The machine has not that much, or not for all the fits that go on in it; says what would fit.
 */
export function announceMemory(
  knob: { readonly name: string; readonly value: number; size(value: number): StepSize },
  { task, fitsAtOnce = 1 }: Pick<FitInput, 'task' | 'fitsAtOnce'>,
  machineBytes: number = totalmem(),
): void {
  const need = bytesNeeded(knob.size(knob.value))
  const words = `glass: training with ${knob.name}=${knob.value} will take about ${gib(need)} of memory`
  if (need > machineBytes) {
    let [fits, tooMuch] = [0, knob.value]
    while (tooMuch - fits > 1) {
      const middle = (fits + tooMuch) >> 1
      if (bytesNeeded(knob.size(middle)) <= machineBytes) fits = middle
      else tooMuch = middle
    }
    const way =
      fits > 0
        ? `--option ${knob.name}=${fits} would fit`
        : 'a smaller --size or fewer hidden units take less'
    throw new UsageError(`${words}; this machine has ${gib(machineBytes)}: ${way}`)
  }
  refuseTooManyAtOnce({ words, bytes: need }, { fitsAtOnce }, machineBytes)
  if (need > 2 ** 30) task.note(`glass: training will take about ${gib(need)} of memory`)
}
