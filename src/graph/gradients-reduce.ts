/** Gradients of the operations that sum up or select along axes. Equal extremes share theirs, as in PyTorch's `amax`. */
import { type Rule, type Rules, rule, zeros } from './gradient-rule.ts'
import type { Value } from './graph.ts'
import { cast, div, equal, mul } from './ops-elementwise.ts'
import { type ReduceAttributes, type reduceOps, reduceSum } from './ops-reduce.ts'
import { scatterElements } from './ops-scatter.ts'
import { expand, reshape } from './ops-shape.ts'
import { elementCount } from './tensor.ts'

/** With the reduced axes back, of extent 1. */
const kept = (y: Value, x: Value, axes: readonly number[]): Value =>
  reshape(
    y,
    x.shape.map((extent, i) => (axes.includes(i) ? 1 : extent)),
  )

const extreme: Rule<ReduceAttributes> = rule((gradient, [x], y, { axes }) => {
  const mask = cast(equal(x, kept(y, x, axes)), 'float32')
  return [mul(mask, div(kept(gradient, x, axes), reduceSum(mask, axes, true)))]
})

export const reduceRules: Rules<typeof reduceOps> = {
  reduceSum: rule((gradient, [x], _, { axes }) => [expand(kept(gradient, x, axes), x.shape)]),
  reduceMean: rule((gradient, [x], y, { axes }) => {
    const count = elementCount(x.shape) / elementCount(y.shape)
    return [expand(kept(mul(gradient, 1 / count), x, axes), x.shape)]
  }),
  reduceMax: extreme,
  reduceMin: extreme,
  argMax: null,
  argMin: null,
  topK: ({ gradients, inputs: [x], results, attributes: { axis } }) => [
    scatterElements(zeros(x), results[1]!, gradients[0]!, axis),
  ],
}
