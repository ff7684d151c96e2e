/**
 * The slope of the loss of global anomalies behind the first hidden layer's product, where nominal patches and anomalies are
 * normalised together and only the anomalies move.
 *
 * With one hidden layer the nominal half enters through its mean and mean square alone. Values are taken relative to its mean,
 * so that the variance does not come out as a difference of large squares. Deeper discriminators judge both halves each time.
 */
import {
  add,
  type BatchNorm,
  binaryCrossEntropy,
  concat,
  div,
  gradients,
  mul,
  neg,
  type RunningStatistics,
  reduceMean,
  reduceSum,
  reshape,
  split,
  sqrt,
  sub,
  updateRunning,
  type Value,
  withGradient,
} from '../../graph/index.ts'
import type { Named } from '../score-graph/score-graph.ts'
import { discriminate, epsilon, layerNames, probability, rectify, tailOf } from './networks.ts'

export interface Slope {
  /**
   * Gradient of the mean loss of all rows, were they to be called anomalous, with respect to them.
   *
   * @param x - First hidden layer of anomalies before normalisation, less the mean of the nominal half; [rows, hidden].
   */
  at(x: Value): Value
  /** Running statistics of each layer after the batches so far. */
  running(): readonly RunningStatistics[]
}

/**
 * @param realHidden - First hidden layer of the nominal half before normalisation, [rows, hidden].
 * @param mean - Its mean, [1, hidden].
 */
export function openSlope(
  realHidden: Value,
  mean: Value,
  parameters: Named<Value>,
  running: readonly RunningStatistics[],
): Slope {
  const centred = sub(realHidden, mean)
  const one = realHidden.graph.constant(Float32Array.of(1), [1, 1])
  const judge = running.length === 1 ? shallowJudge(centred, parameters) : deepJudge(centred, parameters)
  let latest = running
  return {
    at(x) {
      const { logits, norms } = judge(x)
      latest = latest.map((statistics, i) => {
        const norm = norms[i]!
        return updateRunning(
          statistics,
          i > 0 ? norm : { ...norm, mean: add(norm.mean, reshape(mean, norm.mean.shape)) },
        )
      })
      return gradients(binaryCrossEntropy(probability(logits), one), [x])[0]!
    },
    running: () => latest,
  }
}

type Judge = (x: Value) => { readonly logits: Value; readonly norms: readonly BatchNorm[] }

function deepJudge(real: Value, parameters: Named<Value>): Judge {
  const rows = real.shape[0]!
  return (x) => {
    const { logits, norms } = discriminate(concat([real, x], 0), parameters)
    return { logits: split(logits, 0, [rows, rows])[1]!, norms }
  }
}

function shallowJudge(real: Value, parameters: Named<Value>): Judge {
  const square = reduceMean(mul(real, real), [0], true)
  return (x) => {
    const norm = normaliseHalf(x, square, parameters)
    return { logits: tailOf(rectify(norm.y), parameters), norms: [norm] }
  }
}

/** Batch normalisation of `x` together with as many rows whose mean is 0 and whose mean square is given, [1, hidden]. */
function normaliseHalf(x: Value, otherSquare: Value, parameters: Named<Value>): BatchNorm {
  const [rows, hidden] = x.shape as [number, number]
  const names = layerNames(1)
  const [scale, shift] = [names.scale, names.shift].map((name) =>
    reshape(parameters[name]!, [1, hidden]),
  ) as [Value, Value]
  const mean = mul(reduceMean(x, [0], true), 0.5)
  const square = mul(add(reduceMean(mul(x, x), [0], true), otherSquare), 0.5)
  const variance = sub(square, mul(mean, mean))
  const deviation = sqrt(add(variance, epsilon))
  const factor = div(scale, deviation)
  const forward = add(mul(x, factor), sub(shift, mul(mean, factor)))
  const count = 2 * rows
  const y = withGradient(forward, [x], (gradient) => {
    const sum = reduceSum(gradient, [0], true)
    const product = sub(reduceSum(mul(gradient, x), [0], true), mul(mean, sum)) // with x less the mean
    const pull = div(mul(neg(product), mul(factor, 1 / count)), mul(deviation, deviation))
    const offset = add(mul(mul(sum, factor), 1 / count), mul(mean, pull))
    return [sub(add(mul(gradient, factor), mul(x, pull)), offset)]
  })
  return { y, mean: reshape(mean, [hidden]), variance: reshape(variance, [hidden]), count }
}
