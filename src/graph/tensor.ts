/** Tensors as plain data, and what is known of them before they exist: element type and shape. */
import { ShapeError } from '../errors.ts'
import { encodeFloat16 } from '../math/float16.ts'
import { showExtent } from './dynamic-extent.ts'

/** `bool` is one byte per element, 0 or 1; `float16` is kept as its 16 bits (`math/float16.ts`). */
export type DType = 'float32' | 'float16' | 'float64' | 'uint8' | 'int8' | 'int32' | 'int64' | 'bool'

/** Outermost extent first; `[]` is a scalar. Extents may be 0, or stand for a name (`dynamic-extent.ts`). */
export type Shape = readonly number[]

export interface TensorType<D extends DType = DType> {
  readonly dtype: D
  readonly shape: Shape
}

/** The array that holds elements of a type. */
export interface ArrayOf {
  readonly float32: Float32Array
  readonly float16: Uint16Array
  readonly float64: Float64Array
  readonly uint8: Uint8Array
  readonly int8: Int8Array
  readonly int32: Int32Array
  readonly int64: BigInt64Array
  readonly bool: Uint8Array
}

export const arrayOf = {
  float32: Float32Array,
  float16: Uint16Array,
  float64: Float64Array,
  uint8: Uint8Array,
  int8: Int8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const

export type TensorArray = ArrayOf[DType]

/** Row-major, the last index varies fastest. */
export interface TensorData<D extends DType = DType> extends TensorType<D> {
  readonly data: ArrayOf[D]
}

export const elementCount = (shape: Shape): number => shape.reduce((product, extent) => product * extent, 1)

/** Element type by the kind of array; never `bool`, whose array is that of `uint8`. */
export type DTypeOf<A extends TensorArray> = A extends Float32Array
  ? 'float32'
  : A extends Float64Array
    ? 'float64'
    : A extends Uint16Array
      ? 'float16'
      : A extends Int8Array
        ? 'int8'
        : A extends Int32Array
          ? 'int32'
          : A extends BigInt64Array
            ? 'int64'
            : 'uint8'

export function dtypeOf<A extends TensorArray>(data: A): DTypeOf<A>
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
export function tensor<A extends TensorArray>(
  data: A,
  shape: Shape,
): TensorData<DTypeOf<A>> & { readonly data: A } {
  if (elementCount(shape) !== data.length) {
    throw new ShapeError('tensor', `of ${data.length} elements`, shape)
  }
  return { dtype: dtypeOf(data), shape, data } as TensorData<DTypeOf<A>> & { readonly data: A }
}

/** All of one value, as numbers of the element type. */
export function filled<D extends DType>(dtype: D, shape: Shape, value: number): TensorData<D>
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
export const int64s = (values: readonly number[]): TensorData<'int64'> => ({
  dtype: 'int64',
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
})

/** With names where extents have them. */
export const showShape = (shape: Shape): string => shape.map(showExtent).join(', ')

export const showType = ({ dtype, shape }: TensorType): string => `${dtype} [${showShape(shape)}]`

/** @throws {TypeError} The tensor is not of float32. */
export function asFloat32(data: TensorData): TensorData<'float32'> {
  if (data.dtype === 'float32') return data as TensorData<'float32'>
  throw new TypeError(`expected float32, got ${showType(data)}`)
}
