/** All that a training step carries from one run to the next, as plain named tensors: a checkpoint is these, saved. */
import { ShapeError } from '../errors.ts'
import { asFloat32, showType, type TensorData, type TensorType } from './tensor.ts'

/**
 * By name: `parameters/…`, `optimiser/<slot>/…`, `buffers/…` (float32), and `step`, the steps done so far (int64, []).
 */
export type TrainingState = Readonly<Record<string, TensorData>>

export const parameterName = (name: string): string => `parameters/${name}`
export const bufferName = (name: string): string => `buffers/${name}`
export const slotName = (slot: string, name: string): string => `optimiser/${slot}/${name}`
export const stepName = 'step'

/** The tensors under a prefix, by what follows it: `tensorsUnder(state, 'parameters')` is what a model is made of. */
export function tensorsUnder(
  state: TrainingState,
  group: 'parameters' | 'buffers' | 'optimiser',
): Record<string, TensorData<'float32'>> {
  const prefix = `${group}/`
  return Object.fromEntries(
    Object.entries(state)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, data]) => [name.slice(prefix.length), asFloat32(data)]),
  )
}

export function copyTensor({ dtype, shape, data }: TensorData): TensorData {
  return { dtype, shape, data: data.slice() }
}

/**
 * @throws {RangeError} A tensor is missing or unknown. @throws {TypeError} @throws {ShapeError} One is of another type or
 *   shape.
 */
export function checkState(
  where: string,
  expected: Readonly<Record<string, TensorType>>,
  state: TrainingState,
): void {
  for (const name of Object.keys(state)) {
    if (!Object.hasOwn(expected, name)) throw new RangeError(`${where}: ${name} is none of its tensors`)
  }
  for (const [name, type] of Object.entries(expected)) {
    const given = state[name]
    if (given === undefined) throw new RangeError(`${where}: expected ${name}, got no such tensor`)
    if (given.dtype !== type.dtype) {
      throw new TypeError(`${where}: ${name}: expected ${showType(type)}, got ${showType(given)}`)
    }
    if (given.shape.join() !== type.shape.join()) {
      throw new ShapeError(`${where}: ${name}`, `[${type.shape.join(', ')}]`, given.shape)
    }
  }
}
