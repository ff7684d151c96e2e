/**
 * The slope of the loss of global anomalies behind the hidden layer, with batch normalisation over two halves of which only one
 * moves.
 *
 * The nominal half enters through its mean and mean square alone. Values are taken relative to its mean, so that the variance
 * does not come out as a difference of large squares.
 */
import { type RunningStatistics, updateRunning } from '../../graph/batch-norm.ts'
import { gradients } from '../../graph/gradients.ts'
import type { Value } from '../../graph/graph.ts'
import { binaryCrossEntropy } from '../../graph/losses.ts'
import { add, div, mul, neg, sqrt, sub } from '../../graph/ops-elementwise.ts'
import { withGradient } from '../../graph/ops-gradient.ts'
import { reduceMean, reduceSum } from '../../graph/ops-reduce.ts'
import { reshape } from '../../graph/ops-shape.ts'
import { epsilon, logits, type Parameters, probability } from './networks.ts'

export interface Slope {
  /**
   * Gradient of the mean loss of all rows, were they to be called anomalous, with respect to them.
   *
   * @param x - Hidden layer of anomalies before normalisation, less the mean of the nominal half; [rows, hidden].
   */
  at(x: Value): Value
  /** Running statistics after the batches so far. */
  running(): RunningStatistics
}

/**
 * @param realHidden - The nominal half, [rows, hidden].
 * @param mean - Its mean, [1, hidden].
 */
export function openSlope(
  realHidden: Value,
  mean: Value,
  parameters: Parameters<Value>,
  running: RunningStatistics,
): Slope {
  const [rows, hidden] = realHidden.shape as [number, number]
  const centred = sub(realHidden, mean)
  const realSquare = reduceMean(mul(centred, centred), [0], true)
  const one = realHidden.graph.constant(Float32Array.of(1), [1, 1])
  let latest = running
  return {
    at(x) {
      const norm = normaliseHalf(x, realSquare, parameters)
      const flat = (value: Value) => reshape(value, [hidden])
      latest = updateRunning(latest, {
        y: norm.y,
        mean: flat(add(norm.mean, mean)),
        variance: flat(norm.variance),
        count: 2 * rows,
      })
      const loss = binaryCrossEntropy(probability(logits(norm.y, parameters)), one)
      return gradients(loss, [x])[0]!
    },
    running: () => latest,
  }
}

/** Batch normalisation of `x` together with as many rows whose mean is 0 and whose mean square is given, [1, hidden]. */
function normaliseHalf(
  x: Value,
  otherSquare: Value,
  parameters: Parameters<Value>,
): { readonly y: Value; readonly mean: Value; readonly variance: Value } {
  const [rows, hidden] = x.shape as [number, number]
  const wide = (name: 'norm.scale' | 'norm.bias') => reshape(parameters[name], [1, hidden])
  const mean = mul(reduceMean(x, [0], true), 0.5)
  const square = mul(add(reduceMean(mul(x, x), [0], true), otherSquare), 0.5)
  const variance = sub(square, mul(mean, mean))
  const deviation = sqrt(add(variance, epsilon))
  const factor = div(wide('norm.scale'), deviation)
  const forward = add(mul(x, factor), sub(wide('norm.bias'), mul(mean, factor)))
  const y = withGradient(forward, [x], (gradient) => {
    const count = 2 * rows
    const sum = reduceSum(gradient, [0], true)
    const product = sub(reduceSum(mul(gradient, x), [0], true), mul(mean, sum)) // with x less the mean
    const pull = div(mul(neg(product), mul(factor, 1 / count)), mul(deviation, deviation))
    const shift = add(mul(mul(sum, factor), 1 / count), mul(mean, pull))
    return [sub(add(mul(gradient, factor), mul(x, pull)), shift)]
  })
  return { y, mean, variance }
}
