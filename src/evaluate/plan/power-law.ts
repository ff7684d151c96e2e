/**
 * What is left to gain: an error that falls with the number of examples as a + b n^-c towards what no number of them removes.
 *
 * An inverse power law is what learning curves of most learners and data look like (Hestness et al. 2017; Viering and Loog 2022, a
 * survey of parametric forms, finds it among the best three with few points).
 */

export interface PowerLaw {
  /** What stays with ever more, >= 0. */
  readonly floor: number
  /** >= 0; 0 for an error that does not fall. */
  readonly factor: number
  /** > 0. */
  readonly exponent: number
}

/** From a curve that hardly bends on a logarithmic axis to one that is flat after a doubling or two. */
const exponents = Array.from({ length: 25 }, (_, i) => 0.1 * 20 ** (i / 24))

/**
 * Least weighted squares with floor and factor held at 0 or above. For each exponent of a grid from 0.1 to 2 both follow in closed
 * form.
 *
 * @param sizes - Above 0, at least two different ones. @param errors - As many, finite. @param weights - As many, above 0.
 * Cost: O(sizes).
 */
export function fitPowerLaw(
  sizes: readonly number[],
  errors: readonly number[],
  weights: readonly number[],
): PowerLaw {
  let best: PowerLaw = { floor: 0, factor: 0, exponent: 1 }
  let least = Number.POSITIVE_INFINITY
  for (const exponent of exponents) {
    const law = { ...line(sizes, errors, weights, exponent), exponent }
    const misfit = sizes.reduce((sum, n, i) => sum + weights[i]! * (errors[i]! - errorAt(law, n)) ** 2, 0)
    // A tie goes to the slower fall, which promises least of what comes next.
    if (misfit < least * (1 - 1e-9)) {
      least = misfit
      best = law
    }
  }
  return best
}

export const errorAt = ({ floor, factor, exponent }: PowerLaw, n: number): number =>
  floor + factor * n ** -exponent

function line(
  sizes: readonly number[],
  errors: readonly number[],
  weights: readonly number[],
  exponent: number,
): Pick<PowerLaw, 'floor' | 'factor'> {
  let [w, wx, wy, wxx, wxy] = [0, 0, 0, 0, 0]
  sizes.forEach((n, i) => {
    const [x, y, weight] = [n ** -exponent, errors[i]!, weights[i]!]
    w += weight
    wx += weight * x
    wy += weight * y
    wxx += weight * x * x
    wxy += weight * x * y
  })
  const factor = (w * wxy - wx * wy) / (w * wxx - wx * wx)
  if (!(factor > 0)) return { floor: Math.max(0, wy / w), factor: 0 }
  const floor = (wy - factor * wx) / w
  return floor >= 0 ? { floor, factor } : { floor: 0, factor: Math.max(0, wxy / wxx) }
}
