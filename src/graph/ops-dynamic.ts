/** Operations for extents that are known at run time only: reading them, and cutting, growing and counting by what was computed. */
import { ShapeError } from '../errors.ts'
import {
  type AnyValue,
  apply,
  type Binary,
  type OneOrMore,
  type Op,
  type Ternary,
  type Value,
} from './graph.ts'
import { expectDType, expectExtent, expectInteger, expectSameDType, normalAxis } from './op-checks.ts'
import { type DType, int64s, type Shape, showShape } from './tensor.ts'

const shapeOfOp: Op<{ readonly first: number; readonly end: number }> = {
  name: 'shapeOf',
  infer([x], { first, end }) {
    expectInteger('shapeOf: first', first, 0, x.shape.length)
    expectInteger('shapeOf: end', end, first, x.shape.length)
    return [{ dtype: 'int64', shape: [end - first] }]
  },
  emit: ({ first, end }) => ({ type: 'Shape', attributes: { start: { int: first }, end: { int: end } } }),
}

const sliceAtOp: Op<{ readonly axis: number; readonly extent: number }, Ternary> = {
  name: 'sliceAt',
  infer([x, start, end], { axis, extent }) {
    for (const position of [start, end]) {
      expectDType('sliceAt: position', position, 'int64')
      if (position.shape.join() !== '1') throw new ShapeError('sliceAt: position', '[1]', position.shape)
    }
    expectExtent('sliceAt: extent', extent, 0)
    return [{ dtype: x.dtype, shape: x.shape.with(axis, extent) }]
  },
  emit: ({ axis }) => ({ type: 'Slice', constants: [int64s([axis])] }),
}

/** The second input says how far; which operation reads it so. */
function shapedOp(name: string, type: string): Op<Shape, Binary> {
  return {
    name,
    infer([x, extents], shape) {
      expectDType(`${name}: extents`, extents, 'int64')
      if (extents.shape.join() !== `${shape.length}`) {
        throw new ShapeError(`${name}: extents`, `[${shape.length}]`, extents.shape)
      }
      return [{ dtype: x.dtype, shape }]
    },
    emit: () => ({ type }),
  }
}

const countToOp: Op<number, Ternary> = {
  name: 'countTo',
  infer([, end], extent) {
    expectDType('countTo', end, 'int64')
    if (end.shape.length > 0) throw new ShapeError('countTo', '[]', end.shape)
    return [{ dtype: 'int64', shape: [extent] }]
  },
  emit: () => ({ type: 'Range' }),
}

const concatToOp: Op<{ readonly axis: number; readonly extent: number }, OneOrMore> = {
  name: 'concatTo',
  infer(inputs, { axis, extent }) {
    const dtype = expectSameDType('concatTo', inputs)
    const [{ shape: first }] = inputs
    for (const { shape } of inputs) {
      if (
        shape.length !== first.length ||
        shape.with(axis, extent).join() !== first.with(axis, extent).join()
      ) {
        throw new ShapeError('concatTo', `[${showShape(first)}] but for axis ${axis}`, shape)
      }
    }
    return [{ dtype, shape: first.with(axis, extent) }]
  },
  emit: ({ axis }) => ({ type: 'Concat', attributes: { axis: { int: axis } } }),
}

export const dynamicOps = {
  shapeOf: shapeOfOp,
  sliceAt: sliceAtOp,
  expandTo: shapedOp('expandTo', 'Expand'),
  reshapeTo: shapedOp('reshapeTo', 'Reshape'),
  countTo: countToOp,
  concatTo: concatToOp,
}

/** Extents of `x` from axis `first` to before `end` (default all), as they are at run time: int64 [end - first]. */
export const shapeOf = (x: AnyValue, first = 0, end: number = x.shape.length): Value<'int64'> =>
  apply(shapeOfOp, [x], { first, end })

/**
 * Part of `x` along an axis between positions that are computed.
 *
 * @param start - int64 [1], from 0. @param end - int64 [1], at least `start`; both at most the extent.
 * @param extent - How many that will be: a number, or a dynamic extent.
 */
export const sliceAt = <D extends DType>(
  x: Value<D>,
  axis: number,
  start: Value<'int64'>,
  end: Value<'int64'>,
  extent: number,
): Value<D> => apply(sliceAtOp, [x, start, end], { axis: normalAxis('sliceAt', x.shape, axis), extent })

/** As `expand`, to extents that are computed. @param extents - int64. @param shape - What they will be. */
export const expandTo = <D extends DType>(x: Value<D>, extents: Value<'int64'>, shape: Shape): Value<D> =>
  apply(dynamicOps.expandTo, [x, extents], [...shape])

/** As `reshape`, to extents that are computed; 0 for the extent that `x` has there, one may be -1. */
export const reshapeTo = <D extends DType>(x: Value<D>, extents: Value<'int64'>, shape: Shape): Value<D> =>
  apply(dynamicOps.reshapeTo, [x, extents], [...shape])

/** 0, 1, … to before `end`. @param end - int64 []. @param extent - How many that will be. @returns int64 [extent]. */
export function countTo(end: Value<'int64'>, extent: number): Value<'int64'> {
  const { graph } = end
  return apply(dynamicOps.countTo, [graph.scalar(0, 'int64'), end, graph.scalar(1, 'int64')], extent)
}

/** As `concat`, of parts whose extents along the axis are known at run time only. @param extent - How many that will be in all. */
export function concatTo<D extends DType>(
  values: readonly Value<D>[],
  axis: number,
  extent: number,
): Value<D> {
  const [first, ...others] = values
  if (first === undefined) throw new RangeError('concatTo: expected at least one value, got none')
  return apply(concatToOp, [first, ...others], { axis: normalAxis('concatTo', first.shape, axis), extent })
}
