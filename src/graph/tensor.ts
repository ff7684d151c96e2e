/** Tensors as plain data, and what is known of them before they exist: element type and shape. */
import { ShapeError } from '../errors.ts'
import { encodeFloat16 } from '../math/float16.ts'
import { showExtent } from './dynamic-extent.ts'

/** `bool` is one byte per element, 0 or 1; `float16` is kept as its 16 bits (`math/float16.ts`). */
export type DType = 'float32' | 'float16' | 'float64' | 'uint8' | 'int8' | 'int32' | 'int64' | 'bool'

/** Outermost extent first; `[]` is a scalar. Extents may be 0, or stand for a name (`dynamic-extent.ts`). */
export type Shape = readonly number[]

export interface TensorType {
  readonly dtype: DType
  readonly shape: Shape
}

export type TensorArray =
  | Float32Array
  | Float64Array
  | Uint16Array
  | Uint8Array
  | Int8Array
  | Int32Array
  | BigInt64Array

/** Row-major, the last index varies fastest; `data` is a Uint8Array for `bool`, a Uint16Array for `float16`. */
export interface TensorData extends TensorType {
  readonly data: TensorArray
}

export const elementCount = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1)

/** The element type by the kind of array; never `bool`, whose array is that of `uint8`. */
export function dtypeOf(data: TensorArray): DType {
  if (data instanceof Float32Array) return 'float32'
  if (data instanceof Float64Array) return 'float64'
  if (data instanceof Uint16Array) return 'float16'
  if (data instanceof Int8Array) return 'int8'
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
    case 'float64':
      return { dtype, shape, data: new Float64Array(count).fill(value) }
    case 'float16':
      return {
        dtype,
        shape,
        data: new Uint16Array(count).fill(encodeFloat16(Float32Array.of(value))[0]!),
      }
    case 'int8':
      return { dtype, shape, data: new Int8Array(count).fill(value) }
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

/** With names where extents have them. */
export const showShape = (shape: Shape): string => shape.map(showExtent).join(', ')

export const showType = ({ dtype, shape }: TensorType): string => `${dtype} [${showShape(shape)}]`
