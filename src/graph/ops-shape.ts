/** Operations that move elements about and compute nothing. */
import { ShapeError } from '../errors.ts'
import { isDynamic } from './dynamic-extent.ts'
import {
  type AnyValue,
  apply,
  type Binary,
  type Node,
  type OneOrMore,
  type Op,
  type Value,
  type ValuesOf,
} from './graph.ts'
import { broadcastShapes, expectDType, expectInteger, expectSameDType, normalAxis } from './op-checks.ts'
import { type DType, elementCount, filled, int64s, type Shape, showShape } from './tensor.ts'

export interface SliceRange {
  /** Negative: from the end. */
  readonly axis: number
  /** First position; default 0. Negative: from the end. */
  readonly start?: number
  /** Position after the last; default the extent. Negative: from the end. */
  readonly end?: number
  /** At least 1; default 1. */
  readonly step?: number
}

export type PadMode = 'constant' | 'reflect' | 'edge'

export interface PadAttributes {
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly mode: PadMode
  readonly value: number
}

const reshapeOp: Op<Shape> = {
  name: 'reshape',
  infer([x], shape) {
    if (!holdsAsMany(shape, x.shape)) {
      throw new ShapeError('reshape', `of as many elements as [${showShape(x.shape)}] has`, shape)
    }
    return [{ dtype: x.dtype, shape }]
  },
  emit(shape) {
    // One extent that is known at run time only is what is left; the runtime knows no names here.
    const rest = shape.map((extent) => (isDynamic(extent) ? -1 : extent))
    if (rest.filter((extent) => extent === -1).length > 1) {
      throw new RangeError(`reshape: expected one dynamic extent at most, got [${showShape(shape)}]`)
    }
    return { type: 'Reshape', constants: [int64s(rest)], attributes: { allowzero: { int: 1 } } }
  },
}

const transposeOp: Op<readonly number[]> = {
  name: 'transpose',
  infer([x], order) {
    const { dtype, shape } = x
    const sorted = [...order].sort((a, b) => a - b)
    if (sorted.length !== shape.length || sorted.some((axis, i) => axis !== i)) {
      throw new RangeError(
        `transpose: expected each axis of 0..${shape.length - 1} once, got ${order.join(', ')}`,
      )
    }
    return [{ dtype, shape: order.map((axis) => shape[axis]!) }]
  },
  emit: (order) => ({ type: 'Transpose', attributes: { perm: { ints: order } } }),
}

const concatOp: Op<number, OneOrMore> = {
  name: 'concat',
  infer(inputs, axis) {
    const dtype = expectSameDType('concat', inputs)
    const { shape: first } = inputs[0]
    const rest = (shape: Shape) => shape.filter((_, i) => i !== axis).join()
    for (const { shape } of inputs) {
      if (shape.length !== first.length || rest(shape) !== rest(first)) {
        throw new ShapeError('concat', `[${first.join(', ')}] but for axis ${axis}`, shape)
      }
    }
    for (const { shape } of inputs)
      expectInteger(`concat: axis ${axis}`, shape[axis]!, 0, Number.MAX_SAFE_INTEGER)
    const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0)
    return [{ dtype, shape: first.map((extent, i) => (i === axis ? total : extent)) }]
  },
  emit: (axis) => ({ type: 'Concat', attributes: { axis: { int: axis } } }),
}

const sliceOp: Op<readonly Required<SliceRange>[]> = {
  name: 'slice',
  infer([x], ranges) {
    const shape = [...x.shape]
    for (const { axis, start, end, step } of ranges) {
      const where = `slice of [${x.shape.join(', ')}] on axis ${axis}`
      expectInteger(`${where}: start`, start, 0, shape[axis]!)
      expectInteger(`${where}: end`, end, start, shape[axis]!)
      expectInteger(`${where}: step`, step, 1, Number.MAX_SAFE_INTEGER)
      shape[axis] = Math.ceil((end - start) / step)
    }
    return [{ dtype: x.dtype, shape }]
  },
  emit: (ranges) => ({
    type: 'Slice',
    constants: [
      int64s(ranges.map(({ start }) => start)),
      int64s(ranges.map(({ end }) => end)),
      int64s(ranges.map(({ axis }) => axis)),
      int64s(ranges.map(({ step }) => step)),
    ],
  }),
}

const splitOp: Op<{ readonly axis: number; readonly extents: readonly number[] }> = {
  name: 'split',
  infer([x], { axis, extents }) {
    const { dtype, shape } = x
    if (extents.reduce((sum, extent) => sum + extent, 0) !== shape[axis]) {
      throw new ShapeError('split', `with ${extents.join(' + ')} on axis ${axis}`, shape)
    }
    return extents.map((extent) => ({ dtype, shape: shape.with(axis, extent) }))
  },
  emit: ({ axis, extents }) => ({
    type: 'Split',
    constants: [int64s(extents)],
    attributes: { axis: { int: axis } },
  }),
}

const gatherOp: Op<number, Binary> = {
  name: 'gather',
  infer([x, indices], axis) {
    expectDType('gather: indices', indices, 'int32', 'int64')
    const { dtype, shape } = x
    return [{ dtype, shape: [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)] }]
  },
  emit: (axis) => ({ type: 'Gather', attributes: { axis: { int: axis } } }),
}

const expandOp: Op<Shape> = {
  name: 'expand',
  infer([x], shape) {
    if (broadcastShapes('expand', [shape, x.shape]).join() !== shape.join()) {
      throw new ShapeError('expand', `that [${x.shape.join(', ')}] grows to`, shape)
    }
    return [{ dtype: x.dtype, shape }]
  },
  emit: (shape) => ({ type: 'Expand', constants: [int64s(shape)] }),
}

const padOp: Op<PadAttributes> = {
  name: 'pad',
  infer([x], { before, after, mode }) {
    const { dtype, shape } = x
    for (const amounts of [before, after]) {
      if (amounts.length !== shape.length) {
        throw new RangeError(
          `pad: expected ${shape.length} amounts for [${shape.join(', ')}], got ${amounts.length}`,
        )
      }
      for (const [i, amount] of amounts.entries()) {
        const most = mode === 'reflect' ? Math.max(0, shape[i]! - 1) : Number.MAX_SAFE_INTEGER
        expectInteger(`pad (${mode}) of [${shape.join(', ')}] on axis ${i}`, amount, 0, most)
      }
    }
    return [{ dtype, shape: shape.map((extent, i) => before[i]! + extent + after[i]!) }]
  },
  emit: ({ before, after, mode, value }, [x]) => ({
    type: 'Pad',
    constants: [int64s([...before, ...after]), mode === 'constant' ? filled(x.dtype, [], value) : null],
    attributes: { mode: { text: mode } },
  }),
}

export const shapeOps = {
  reshape: reshapeOp,
  transpose: transposeOp,
  concat: concatOp,
  slice: sliceOp,
  split: splitOp,
  gather: gatherOp,
  expand: expandOp,
  pad: padOp,
}

/** The same elements in the same order under another shape; one extent may be -1, for what is left. */
export function reshape<D extends DType>(x: Value<D>, shape: Shape): Value<D> {
  if ([...shape, ...x.shape].some(isDynamic)) {
    const whole = restOf(x.shape, shape)
    return whole.join() === x.shape.join() ? x : apply(reshapeOp, [x], whole)
  }
  const known = elementCount(shape.filter((extent) => extent !== -1))
  const rest = known === 0 ? 0 : elementCount(x.shape) / known
  if (shape.filter((extent) => extent === -1).length > 1 || (shape.includes(-1) && !Number.isInteger(rest))) {
    throw new ShapeError(
      'reshape',
      `that divides ${elementCount(x.shape)} elements, with one -1 at most`,
      shape,
    )
  }
  const full = shape.map((extent) => (extent === -1 ? rest : extent))
  const source = inputOf(x, reshapeOp) ?? x
  return full.join() === source.shape.join() ? source : apply(reshapeOp, [source], full)
}

/** Whether both hold the same number of elements, whatever dynamic extents turn out to be. */
function holdsAsMany(a: Shape, b: Shape): boolean {
  const known = (shape: Shape) => elementCount(shape.filter((extent) => !isDynamic(extent)))
  const dynamic = (shape: Shape) => shape.filter(isDynamic).sort((x, y) => x - y)
  return known(a) === known(b) && dynamic(a).join() === dynamic(b).join()
}

/** The wanted shape with what is left put in for -1: a number, or the dynamic extent that is not there yet. */
function restOf(from: Shape, wanted: Shape): Shape {
  const place = wanted.indexOf(-1)
  if (place < 0) return [...wanted]
  const known = (shape: Shape) => elementCount(shape.filter((extent) => extent >= 0))
  const missing = from.filter((extent) => isDynamic(extent) && !wanted.includes(extent))
  const share = known(from) / known(wanted)
  return wanted.with(place, missing.length === 1 && share === 1 ? missing[0]! : share)
}

/** Axis i of the result is axis `order[i]` of `x`. Of two in a row one is left, and none that changes nothing. */
export function transpose<D extends DType>(x: Value<D>, order: readonly number[]): Value<D> {
  if (order.length === x.shape.length && order.every((axis, i) => axis === i)) return x
  const source = inputOf(x, transposeOp)
  if (source === undefined || order.length !== x.shape.length) return apply(transposeOp, [x], [...order])
  const first = (x.node as Extract<Node, { kind: 'call' }>).attributes as readonly number[]
  const whole = order.map((axis) => first[axis]!)
  return whole.every((axis, i) => axis === i) ? source : apply(transposeOp, [source], whole)
}

/** What the operation was applied to, if it is the one that gave `x`; one that leaves the type of elements alone. */
function inputOf<Attributes, D extends DType>({ node }: Value<D>, op: Op<Attributes>): Value<D> | undefined {
  return node.kind === 'call' && node.op === op ? (node.inputs[0] as Value<D>) : undefined
}

/** @param values - Equal in all extents but that of `axis`. */
export function concat<D extends DType>(values: readonly Value<D>[], axis: number): Value<D> {
  const [first, ...others] = values
  if (first === undefined) throw new RangeError('concat: expected at least one value, got none')
  return apply(concatOp, [first, ...others], normalAxis('concat', first.shape, axis))
}

/** Part of `x`; each range is of another axis. Positions must lie within the extent. */
export function slice<D extends DType>(x: Value<D>, ...ranges: readonly SliceRange[]): Value<D> {
  const full = ranges.map(({ axis, start = 0, end, step = 1 }) => {
    const normal = normalAxis('slice', x.shape, axis)
    const extent = x.shape[normal]!
    const fromFront = (position: number) => (position < 0 ? position + extent : position)
    return { axis: normal, start: fromFront(start), end: fromFront(end ?? extent), step }
  })
  if (new Set(full.map(({ axis }) => axis)).size !== full.length) {
    throw new RangeError('slice: expected ranges of different axes')
  }
  return apply(sliceOp, [x], full)
}

/** Parts of `x` along an axis, of the given extents, in order. */
export const split = <D extends DType, const Extents extends readonly number[]>(
  x: Value<D>,
  axis: number,
  extents: Extents,
): ValuesOf<Extents, D> => {
  const attributes = { axis: normalAxis('split', x.shape, axis), extents: [...extents] }
  return x.graph.apply(splitOp, [x], attributes) as unknown as ValuesOf<Extents, D>
}

/** Entries of `x` along `axis` at `indices` (int32 or int64), whose shape takes the place of that axis. */
export const gather = <D extends DType>(x: Value<D>, indices: AnyValue, axis = 0): Value<D> =>
  apply(gatherOp, [x, indices], normalAxis('gather', x.shape, axis))

/** Repeats `x` along axes of extent 1 and new ones in front, by the rules of broadcasting. */
export const expand = <D extends DType>(x: Value<D>, shape: Shape): Value<D> =>
  apply(expandOp, [x], [...shape])

/**
 * Adds elements around `x`: `value`, or `x` mirrored without repeating its border (`reflect`), or its border (`edge`).
 *
 * @param before - One amount for each axis, at the front.
 * @param after - The same, at the end.
 */
export const pad = <D extends DType>(
  x: Value<D>,
  before: readonly number[],
  after: readonly number[],
  mode: PadMode = 'constant',
  value = 0,
): Value<D> => apply(padOp, [x], { before: [...before], after: [...after], mode, value })
