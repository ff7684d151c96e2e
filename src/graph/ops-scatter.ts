/** Operations that read, or add to, entries at positions given as data, one position for each. */
import { ShapeError } from '../errors.ts'
import { type AnyValue, apply, type Binary, type Op, type Ternary, type Value } from './graph.ts'
import { expectDType, expectSameDType, normalAxis } from './op-checks.ts'
import type { DType } from './tensor.ts'

const gatherElementsOp: Op<number, Binary> = {
  name: 'gatherElements',
  infer([x, indices], axis) {
    expectDType('gatherElements: indices', indices, 'int32', 'int64')
    const { shape } = x
    const fits = indices.shape.every((extent, i) => i === axis || extent <= shape[i]!)
    if (indices.shape.length !== shape.length || !fits) {
      throw new ShapeError(
        'gatherElements: indices',
        `within [${shape.join(', ')}] but for axis ${axis}`,
        indices.shape,
      )
    }
    return [{ dtype: x.dtype, shape: indices.shape }]
  },
  emit: (axis) => ({ type: 'GatherElements', attributes: { axis: { int: axis } } }),
}

const scatterElementsOp: Op<number, Ternary> = {
  name: 'scatterElements',
  infer([x, indices, updates], axis) {
    expectSameDType('scatterElements', [x, updates])
    expectDType('scatterElements', x, 'float32', 'int32', 'int64')
    expectDType('scatterElements: indices', indices, 'int32', 'int64')
    const { shape } = x
    const fits = updates.shape.every((extent, i) => i === axis || extent <= shape[i]!)
    if (updates.shape.length !== shape.length || !fits) {
      throw new ShapeError(
        'scatterElements: updates',
        `within [${shape.join(', ')}] but for axis ${axis}`,
        updates.shape,
      )
    }
    if (indices.shape.join() !== updates.shape.join()) {
      throw new ShapeError('scatterElements: indices', `[${updates.shape.join(', ')}]`, indices.shape)
    }
    return [{ dtype: x.dtype, shape }]
  },
  emit: (axis) => ({
    type: 'ScatterElements',
    attributes: { axis: { int: axis }, reduction: { text: 'add' } },
  }),
}

const scatterRowsOp: Op<null, Ternary> = {
  name: 'scatterRows',
  infer([x, indices, updates]) {
    expectSameDType('scatterRows', [x, updates])
    expectDType('scatterRows', x, 'float32', 'int32', 'int64')
    expectDType('scatterRows: indices', indices, 'int64')
    const { dtype, shape } = x
    if (shape.length === 0) throw new ShapeError('scatterRows', '[rows, …]', shape)
    if (indices.shape.length !== 2 || indices.shape[1] !== 1) {
      throw new ShapeError('scatterRows: indices', '[count, 1]', indices.shape)
    }
    const expected = [indices.shape[0]!, ...shape.slice(1)]
    if (updates.shape.join() !== expected.join()) {
      throw new ShapeError('scatterRows: updates', `[${expected.join(', ')}]`, updates.shape)
    }
    return [{ dtype, shape }]
  },
  emit: () => ({ type: 'ScatterND', attributes: { reduction: { text: 'add' } } }),
}

export const scatterOps = {
  gatherElements: gatherElementsOp,
  scatterElements: scatterElementsOp,
  scatterRows: scatterRowsOp,
}

/** Entry of `x` for each index, which counts along `axis`; the other positions are the index's own. */
export const gatherElements = <D extends DType>(x: Value<D>, indices: AnyValue, axis: number): Value<D> =>
  apply(gatherElementsOp, [x, indices], normalAxis('gatherElements', x.shape, axis))

/** `x` with each update added where its index points along `axis`; repeated positions add up. */
export const scatterElements = <D extends DType>(
  x: Value<D>,
  indices: AnyValue,
  updates: Value<D>,
  axis: number,
): Value<D> => apply(scatterElementsOp, [x, indices, updates], normalAxis('scatterElements', x.shape, axis))

/**
 * `x` with row i of the updates added to row `indices[i]`; repeated rows add up.
 *
 * @param indices - int64, [count, 1].
 * @param updates - [count, ...] with the rest as `x` has it.
 */
export const scatterRows = <D extends DType>(x: Value<D>, indices: AnyValue, updates: Value<D>): Value<D> =>
  apply(scatterRowsOp, [x, indices, updates], null)
