/** How much memory a training will take, said before it begins. */
import { totalmem } from 'node:os'
import { UsageError } from '../../errors.ts'
import { elementCount } from '../../graph/index.ts'
import type { FitInput } from '../detector.ts'
import { gib, refuseTooManyAtOnce } from '../fits-at-once.ts'
import { elementsPerImage, type FlowShape, flowParameters } from './flow-shape.ts'

export interface MemoryNeed {
  /** Parameters. */
  readonly parameters: number
  /** Bytes of parameters, gradients, and what the optimiser remembers: 16 a parameter. */
  readonly stateBytes: number
  /** Bytes of what a step needs on its way: maps, columns of windows, transformed kernels. */
  readonly stepBytes: number
  /** Bytes of the training images' features. */
  readonly featureBytes: number
}

/** Measured (bench/csflow.bench.ts, memory). */
const runtimeBytes = 150 * 2 ** 20

/** @param batch - Images to a step. @param images - That are trained on. */
export function memoryNeed(shape: FlowShape, batch: number, images: number): MemoryNeed {
  const { channels, hidden, kernels, extents } = shape
  const parameters = Object.values(flowParameters(shape)).reduce(
    (sum, type) => sum + elementCount(type.shape),
    0,
  )
  const positions = batch * extents.reduce((sum, [rows, cols]) => sum + rows * cols, 0)
  const perPosition = kernels.reduce((sum, k) => sum + 2 * (k * k * channels + 4 * hidden + 8 * channels), 0)
  return {
    parameters,
    stateBytes: 16 * parameters,
    stepBytes: runtimeBytes + 8 * parameters + 4 * positions * perPosition,
    featureBytes: 2 * images * elementsPerImage(shape),
  }
}

/** Trainings below this are not worth a word. */
const notedBytes = 2 ** 30

/** @throws {UsageError} The machine has not that much, or not for all the fits that go on in it. */
export function announceMemory(
  shape: FlowShape,
  batch: number,
  images: number,
  { task, fitsAtOnce = 1 }: Pick<FitInput, 'task' | 'fitsAtOnce'>,
  machineBytes: number = totalmem(),
): void {
  const { parameters, stateBytes, stepBytes, featureBytes } = memoryNeed(shape, batch, images)
  const total = stateBytes + stepBytes + featureBytes
  const need =
    `training ${(parameters / 1e6).toFixed(1)} million parameters on ${images} images will take about ${gib(total)} of memory ` +
    `(${gib(stateBytes)} parameters and optimiser, ${gib(stepBytes)} a step of ${batch} images, ${gib(featureBytes)} features)`
  if (total > machineBytes) {
    throw new UsageError(
      `csflow: ${need}; this machine has ${gib(machineBytes)}: fewer hidden channels (--option hidden=…), a smaller batch ` +
        '(--option batch=…) or a smaller --size take less',
    )
  }
  refuseTooManyAtOnce({ words: `csflow: ${need}`, bytes: total }, { fitsAtOnce }, machineBytes)
  if (total > notedBytes) task.note(`csflow: ${need}`)
}
