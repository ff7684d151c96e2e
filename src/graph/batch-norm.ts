/**
 * Batch normalisation while training, with the statistics of the batch.
 *
 * Source: Ioffe and Szegedy 2015, arXiv 1502.03167, algorithm 1; torch.nn.BatchNorm1d and BatchNorm2d in training mode.
 */
import type { Value } from './graph.ts'
import { normalAxis } from './op-checks.ts'
import { add, div, mul, neg, sqrt, sub } from './ops-elementwise.ts'
import { withGradient } from './ops-gradient.ts'
import { reduceMean, reduceSum } from './ops-reduce.ts'
import { reshape } from './ops-shape.ts'
import { elementCount } from './tensor.ts'

export interface BatchNormOptions {
  /** Axis of the channels; default 1, for [rows, channels] and [images, channels, rows, cols]. */
  readonly axis?: number
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number
}

export interface BatchNorm {
  /** As `x`. */
  readonly y: Value
  /** [channels]; of the batch. No gradient flows back through it. */
  readonly mean: Value
  /** [channels]; of the batch, biased (divided by the count). No gradient flows back through it. */
  readonly variance: Value
  /** Elements of each channel. */
  readonly count: number
}

/**
 * (x - mean) / sqrt(variance + epsilon) * scale + bias, with mean and biased variance of each channel.
 *
 * @param scale - [channels].
 * @param bias - [channels].
 * Cost: three reads more of `x` than an addition; its gradient is the closed form, which takes half the passes that the
 * rules of its steps would.
 */
export function batchNorm(x: Value, scale: Value, bias: Value, options: BatchNormOptions = {}): BatchNorm {
  const axis = normalAxis('batchNorm', x.shape, options.axis ?? 1)
  const channels = x.shape[axis]!
  const others = x.shape.map((_, i) => i).filter((i) => i !== axis)
  const count = elementCount(x.shape) / channels
  const wide = x.shape.map((_, i) => (i === axis ? channels : 1))
  const spreadOut = (perChannel: Value) => reshape(perChannel, wide)
  const total = (values: Value) => reduceSum(values, others, true)

  const mean = reduceMean(x, others, true)
  const centred = sub(x, mean)
  const variance = reduceMean(mul(centred, centred), others, true)
  const deviation = sqrt(add(variance, options.epsilon ?? 1e-5))
  const factor = div(spreadOut(scale), deviation)
  const forward = add(mul(centred, factor), spreadOut(bias))

  const y = withGradient(forward, [x, scale, bias], (gradient) => {
    const sum = total(gradient)
    const product = div(total(mul(gradient, centred)), deviation) // of the gradient and the normalised x
    const pull = mul(neg(div(mul(product, factor), deviation)), 1 / count)
    const shift = mul(neg(mul(sum, factor)), 1 / count)
    return [
      add(add(mul(gradient, factor), mul(centred, pull)), shift),
      reshape(product, [channels]),
      reshape(sum, [channels]),
    ]
  })
  return { y, mean: flatConstant(mean, channels), variance: flatConstant(variance, channels), count }
}

const flatConstant = (x: Value, channels: number): Value => withGradient(reshape(x, [channels]), [], () => [])

export interface RunningStatistics {
  /** [channels] */
  readonly mean: Value
  /** [channels]; unbiased (divided by the count less 1). */
  readonly variance: Value
}

/**
 * The running statistics after one more batch: (1 - momentum) of the old, momentum of the new.
 *
 * @param momentum - Share of the new batch, 0..1; default 0.1.
 * @throws {RangeError} The batch has one element a channel, which has no unbiased variance.
 */
export function updateRunning(
  running: RunningStatistics,
  { mean, variance, count }: BatchNorm,
  momentum = 0.1,
): RunningStatistics {
  if (count < 2) {
    throw new RangeError(`updateRunning: expected at least 2 elements a channel, got ${count}`)
  }
  const mix = (old: Value, latest: Value, share: number) => add(mul(old, 1 - momentum), mul(latest, share))
  return {
    mean: mix(running.mean, mean, momentum),
    variance: mix(running.variance, variance, (momentum * count) / (count - 1)),
  }
}
