/** Tensors as plain data, and what is known of them before they exist: element type and shape. */
import { ShapeError } from '../errors.ts'

/** `bool` is one byte per element, 0 or 1. */
export type DType = 'float32' | 'uint8' | 'int32' | 'int64' | 'bool'

/** Outermost extent first; `[]` is a scalar. Extents may be 0. */
export type Shape = readonly number[]

export interface TensorType {
  readonly dtype: DType
  readonly shape: Shape
}

export type TensorArray = Float32Array | Uint8Array | Int32Array | BigInt64Array

/** Row-major, the last index varies fastest; `data` is a Uint8Array for `bool`. */
export interface TensorData extends TensorType {
  readonly data: TensorArray
}

export const elementCount = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1)

/** float32, uint8, int32 or int64 by the kind of array. */
export function dtypeOf(data: TensorArray): DType {
  if (data instanceof Float32Array) return 'float32'
  if (data instanceof Int32Array) return 'int32'
  return data instanceof BigInt64Array ? 'int64' : 'uint8'
}

/**
 * The array as a tensor; nothing is copied.
 *
 * @throws {ShapeError} The shape does not hold as many elements as `data` has.
 */
export function tensor(data: TensorArray, shape: Shape): TensorData {
  if (elementCount(shape) !== data.length) {
    throw new ShapeError('tensor', `of ${data.length} elements`, shape)
  }
  return { dtype: dtypeOf(data), shape, data }
}

/** All of one value, as numbers of the element type. */
export function filled(dtype: DType, shape: Shape, value: number): TensorData {
  const count = elementCount(shape)
  switch (dtype) {
    case 'float32':
      return { dtype, shape, data: new Float32Array(count).fill(value) }
    case 'int32':
      return { dtype, shape, data: new Int32Array(count).fill(value) }
    case 'int64':
      return { dtype, shape, data: new BigInt64Array(count).fill(BigInt(value)) }
    default:
      return { dtype, shape, data: new Uint8Array(count).fill(value) }
  }
}

/** Row of int64 numbers, which is how ONNX wants axes, extents and positions. */
export const int64s = (values: readonly number[]): TensorData => ({
  dtype: 'int64',
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
})

export const showType = ({ dtype, shape }: TensorType): string => `${dtype} [${shape.join(', ')}]`
