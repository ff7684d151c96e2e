/** Losses: one number, float32 of shape [], the mean over all elements. Targets count as constants. */
import type { Value } from './graph.ts'
import { add, clip, div, log, maximum, mul, neg, pow, softplus, sub } from './ops-elementwise.ts'
import { withGradient } from './ops-gradient.ts'
import { reduceMean } from './ops-reduce.ts'

const mean = (x: Value): Value =>
  reduceMean(
    x,
    x.shape.map((_, i) => i),
  )

/** Source: torch.nn.functional.mse_loss. */
export function meanSquaredError(x: Value, target: Value): Value {
  const difference = sub(x, target)
  return mean(mul(difference, difference))
}

/** Logarithms of probabilities are not let below this, as in PyTorch, so that a sure mistake has a finite loss. */
const leastLog = -100
/** p (1 - p) is not let below this in the gradient, as in PyTorch. */
const leastVariance = 1e-12

/**
 * Binary cross entropy of probabilities.
 *
 * @param probability - 0..1.
 * @param target - 0..1, of the same shape.
 * Source: torch.nn.functional.binary_cross_entropy, its gradient included.
 */
export function binaryCrossEntropy(probability: Value, target: Value): Value {
  const gain = mul(target, maximum(log(probability), leastLog))
  const other = mul(sub(1, target), maximum(log(sub(1, probability)), leastLog))
  const each = withGradient(neg(add(gain, other)), [probability], (gradient) => {
    const variance = maximum(mul(probability, sub(1, probability)), leastVariance)
    return [div(mul(gradient, sub(probability, target)), variance)]
  })
  return mean(each)
}

/**
 * Binary cross entropy of logits: sigmoid and loss in one, exact far out as well.
 *
 * @param target - 0..1, of the same shape.
 * Source: torch.nn.functional.binary_cross_entropy_with_logits.
 */
export const binaryCrossEntropyWithLogits = (logit: Value, target: Value): Value =>
  mean(sub(softplus(logit), mul(logit, target)))

export interface FocalOptions {
  /** How much sure cases are made light of; default 2. */
  readonly gamma?: number
  /** Target and probability are kept this far from 0 and 1; default 1e-5. */
  readonly smooth?: number
}

/**
 * Focal loss of each element: -(1 - p)^gamma log p, where p is the probability given to what is true.
 *
 * Smoothing is as GLASS has it: targets are kept in `smooth`..1 - `smooth`, and p is raised by `smooth` once more, so that
 * it lies in 2e-5..1 with the default.
 *
 * @param probability - Of target 1, 0..1.
 * @param target - 0 or 1, of the same shape.
 * Source: Lin et al. 2017, arXiv 1708.02002, equation 5; github.com/cqylunlun/GLASS, loss.py, FocalLoss.
 */
export function focalTerms(
  probability: Value,
  target: Value,
  { gamma = 2, smooth = 1e-5 }: FocalOptions = {},
): Value {
  const kept = (x: Value) => clip(x, { min: smooth, max: 1 - smooth })
  const ofOne = mul(kept(target), probability)
  const ofZero = mul(kept(sub(1, target)), sub(1, probability))
  const given = add(add(ofOne, ofZero), smooth)
  return neg(mul(pow(sub(1, given), gamma), log(given)))
}

export const focalLoss = (probability: Value, target: Value, options: FocalOptions = {}): Value =>
  mean(focalTerms(probability, target, options))
