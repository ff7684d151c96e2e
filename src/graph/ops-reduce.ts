/** Operations that sum up or select along axes. */
import { isDynamic } from './dynamic-extent.ts'
import { type AnyValue, apply, type Op, type Value } from './graph.ts'
import { expectDType, expectExtent, expectInteger, normalAxes, normalAxis } from './op-checks.ts'
import { type DType, int64s, type Shape, showShape } from './tensor.ts'

export interface ReduceAttributes {
  readonly axes: readonly number[]
  readonly keepDims: boolean
}

export interface ArgAttributes {
  readonly axis: number
  readonly keepDims: boolean
}

export interface TopKOptions {
  /** Default -1, the last. */
  readonly axis?: number
  /** Default true; false for the smallest. */
  readonly largest?: boolean
  /** Best first; default true. Unsorted is in no particular order. */
  readonly sorted?: boolean
}

const numeric = ['float32', 'float16', 'float64', 'int32', 'int64'] as const

const without = (shape: Shape, axes: readonly number[], keepDims: boolean): Shape =>
  keepDims
    ? shape.map((extent, i) => (axes.includes(i) ? 1 : extent))
    : shape.filter((_, i) => !axes.includes(i))

function reduceOp(name: string, type: string): Op<ReduceAttributes> {
  return {
    name,
    infer([x], { axes, keepDims }) {
      expectDType(name, x, ...numeric)
      for (const axis of name === 'reduceSum' ? [] : axes) {
        expectExtent(`${name}: extent of axis ${axis}`, x.shape[axis]!, 1)
      }
      return [{ dtype: x.dtype, shape: without(x.shape, axes, keepDims) }]
    },
    emit: ({ axes, keepDims }) => ({
      type,
      constants: [int64s(axes)],
      attributes: { keepdims: { int: Number(keepDims) }, noop_with_empty_axes: { int: 1 } },
    }),
  }
}

function argOp(name: string, type: string): Op<ArgAttributes> {
  return {
    name,
    infer([x], { axis, keepDims }) {
      expectDType(name, x, 'float32', 'float16', 'int32')
      expectExtent(`${name}: extent of axis ${axis}`, x.shape[axis]!, 1)
      return [{ dtype: 'int64', shape: without(x.shape, [axis], keepDims) }]
    },
    emit: ({ axis, keepDims }) => ({
      type,
      attributes: { axis: { int: axis }, keepdims: { int: Number(keepDims) } },
    }),
  }
}

const topKOp: Op<Required<TopKOptions> & { readonly count: number }> = {
  name: 'topK',
  infer([x], { axis, count }) {
    expectDType('topK', x, ...numeric)
    const most = isDynamic(x.shape[axis]!) ? Number.MAX_SAFE_INTEGER : x.shape[axis]!
    expectInteger(`topK: count of [${showShape(x.shape)}] along axis ${axis}`, count, 1, most)
    const shape = x.shape.map((extent, i) => (i === axis ? count : extent))
    return [
      { dtype: x.dtype, shape },
      { dtype: 'int64', shape },
    ]
  },
  emit: ({ axis, count, largest, sorted }) => ({
    type: 'TopK',
    constants: [int64s([count])],
    attributes: {
      axis: { int: axis },
      largest: { int: Number(largest) },
      sorted: { int: Number(sorted) },
    },
  }),
}

export const reduceOps = {
  reduceSum: reduceOp('reduceSum', 'ReduceSum'),
  reduceMean: reduceOp('reduceMean', 'ReduceMean'),
  reduceMax: reduceOp('reduceMax', 'ReduceMax'),
  reduceMin: reduceOp('reduceMin', 'ReduceMin'),
  argMax: argOp('argMax', 'ArgMax'),
  argMin: argOp('argMin', 'ArgMin'),
  topK: topKOp,
}

const reduce = <D extends DType>(
  op: Op<ReduceAttributes>,
  x: Value<D>,
  axes: readonly number[],
  keepDims: boolean,
): Value<D> => apply(op, [x], { axes: normalAxes(op.name, x.shape, axes), keepDims })

/** @param keepDims - Whether the axes stay, with extent 1. */
export const reduceSum = <D extends DType>(
  x: Value<D>,
  axes: readonly number[],
  keepDims = false,
): Value<D> => reduce(reduceOps.reduceSum, x, axes, keepDims)
export const reduceMean = <D extends DType>(
  x: Value<D>,
  axes: readonly number[],
  keepDims = false,
): Value<D> => reduce(reduceOps.reduceMean, x, axes, keepDims)
export const reduceMax = <D extends DType>(
  x: Value<D>,
  axes: readonly number[],
  keepDims = false,
): Value<D> => reduce(reduceOps.reduceMax, x, axes, keepDims)
export const reduceMin = <D extends DType>(
  x: Value<D>,
  axes: readonly number[],
  keepDims = false,
): Value<D> => reduce(reduceOps.reduceMin, x, axes, keepDims)

/** Position (int64) of the largest entry along `axis`; ties take the first. */
export const argMax = (x: AnyValue, axis: number, keepDims = false): Value<'int64'> =>
  apply(reduceOps.argMax, [x], { axis: normalAxis('argMax', x.shape, axis), keepDims })

/** Position (int64) of the smallest entry along `axis`; ties take the first. */
export const argMin = (x: AnyValue, axis: number, keepDims = false): Value<'int64'> =>
  apply(reduceOps.argMin, [x], { axis: normalAxis('argMin', x.shape, axis), keepDims })

/** The `count` largest (or smallest) entries along an axis and their positions (int64); ties take the first. */
export function topK<D extends DType>(
  x: Value<D>,
  count: number,
  { axis = -1, largest = true, sorted = true }: TopKOptions = {},
): { readonly values: Value<D>; readonly indices: Value<'int64'> } {
  const attributes = { axis: normalAxis('topK', x.shape, axis), count, largest, sorted }
  const [values, indices] = x.graph.apply(topKOp, [x], attributes)
  return { values: values as Value<D>, indices: indices as Value<'int64'> }
}
