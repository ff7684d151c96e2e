/** How an operation is differentiated: its rule adds the graph of its inputs' gradients. */
import type { Op, Unary, Value, ValuesOf } from './graph.ts'
import { reduceSum } from './ops-reduce.ts'
import { expand, pad, reshape, slice } from './ops-shape.ts'
import type { Shape } from './tensor.ts'

export interface Backward<Attributes, Inputs extends readonly unknown[]> {
  readonly inputs: ValuesOf<Inputs, 'float32'>
  readonly results: readonly Value[]
  readonly attributes: Attributes
  /** With respect to each result, of its shape; zeros where the loss does not depend on it. */
  readonly gradients: readonly Value[]
}

/**
 * Gradients with respect to each input, of its shape; undefined, or none at the end, where no gradient flows.
 * What nobody asked for is never computed: nodes that no output needs are not emitted.
 */
export type Rule<Attributes, Inputs extends readonly unknown[] = Unary> = (
  backward: Backward<Attributes, Inputs>,
) => readonly (Value | undefined)[]

/** A rule of which no more is known. */
export type AnyRule = Rule<unknown, readonly unknown[]>

/** A rule for each operation of a table; null says that no gradient flows through it, which is an answer too. */
export type Rules<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends Op<infer Attributes, infer Inputs>
    ? Rule<Attributes, Inputs> | null
    : never
}

/** A rule for an operation of one result: gradient, inputs, result, attributes. */
export const rule =
  <Attributes, Inputs extends readonly unknown[]>(
    body: (
      gradient: Value,
      inputs: ValuesOf<Inputs, 'float32'>,
      result: Value,
      attributes: Attributes,
    ) => readonly (Value | undefined)[],
  ): Rule<Attributes, Inputs> =>
  ({ gradients, inputs, results, attributes }) =>
    body(gradients[0]!, inputs, results[0]!, attributes)

/** Sums over the axes along which `shape` was repeated to become that of `x`. */
export function sumTo(x: Value, shape: Shape): Value {
  const added = x.shape.length - shape.length
  const axes = x.shape.flatMap((extent, i) =>
    i < added || (shape[i - added] === 1 && extent !== 1) ? [i] : [],
  )
  return axes.length === 0 ? x : reshape(reduceSum(x, axes), shape)
}

export const zeros = (like: Value, shape: Shape = like.shape): Value =>
  shape.length === 0 ? like.graph.scalar(0) : expand(like.graph.scalar(0), shape)

/** Zeros put around `x` along one axis, or entries taken away where the amount is negative. */
export function padAxis(x: Value, axis: number, before: number, after: number): Value {
  if (before === 0 && after === 0) return x
  const extent = x.shape[axis]!
  const [start, end] = [Math.max(0, -before), extent - Math.max(0, -after)]
  if (end <= start) return zeros(x, x.shape.with(axis, extent + before + after)) // nothing of it is left
  const cut = slice(x, { axis, start, end })
  const amounts = (amount: number) => x.shape.map((_, i) => (i === axis ? Math.max(0, amount) : 0))
  return before <= 0 && after <= 0
    ? cut
    : pad(before < 0 || after < 0 ? cut : x, amounts(before), amounts(after))
}

/** `step - 1` zeros put between neighbours along one axis: the opposite of taking every `step`-th. */
export function spread(x: Value, axis: number, step: number): Value {
  const extent = x.shape[axis]!
  if (step === 1 || extent === 0) return x
  const apart = padAxis(reshape(x, x.shape.toSpliced(axis + 1, 0, 1)), axis + 1, 0, step - 1)
  return slice(reshape(apart, x.shape.with(axis, extent * step)), { axis, end: (extent - 1) * step + 1 })
}
