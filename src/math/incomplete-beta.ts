/**
 * The regularised incomplete beta function and its inverse, from which the t and binomial distributions follow.
 *
 * Both factors are kept as logarithms, so tails far below the smallest double still have their relative precision where
 * the inverse needs it. The power term is Loader's saddle-point form, exact where x is near a/(a+b) and gamma functions
 * would cancel. Sources: Loader 2000, Fast and accurate computation of binomial probabilities; DiDonato and Morris
 * 1992, ACM TOMS 18(3), the continued fraction of BFRAC, evaluated by Lentz's method (Thompson and Barnett 1986).
 */

/** Terms of Stirling's series, B(2k) / (2k (2k - 1)); from 16 on, these seven leave less than 1e-17. */
const stirlingSeries = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]

/** log Gamma(z + 1) - (z + 1/2) log z + z - log(2 pi) / 2, for z > 0; absolute error some 1e-16. */
function stirlingError(z: number): number {
  let error = 0
  let at = z
  for (; at < 16; at++) error += (at + 0.5) * Math.log1p(1 / at) - 1
  const inverseSquare = 1 / (at * at)
  let series = 0
  for (let k = stirlingSeries.length - 1; k >= 0; k--) series = series * inverseSquare + stirlingSeries[k]!
  return error + series / at
}

/** x log(x / mean) + mean - x for x, mean > 0, without cancellation where they are close (Loader's bd0). */
function deviance(x: number, mean: number): number {
  const difference = x - mean
  if (Math.abs(difference) >= 0.1 * (x + mean)) return x * Math.log(x / mean) - difference
  const v = difference / (x + mean)
  let sum = difference * v
  let power = 2 * x * v
  for (let k = 3; ; k += 2) {
    power *= v * v
    const next = sum + power / k
    if (next === sum) return sum
    sum = next
  }
}

/** log of x^a y^b / B(a, b), where y = 1 - x is given apart so that neither end loses precision. */
function logPower(x: number, y: number, a: number, b: number): number {
  const n = a + b
  const exponent =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y)
  return exponent + 0.5 * Math.log((a / n) * (b / (2 * Math.PI)))
}

/**
 * x^a y^b / B(a, b) divided by I_x(a, b); converges in O(sqrt(max(a, b))) terms where x is below the mean, and there its
 * terms do not cancel.
 */
function fraction(x: number, y: number, a: number, b: number): number {
  let value = (a * (a * y - b * x + 1)) / (a + 1)
  let c = value
  let d = 0
  for (let m = 1; m <= 1_000_000; m++) {
    const odd = a + 2 * m - 1
    const numerator = ((a + m - 1) / odd) * ((a + b + m - 1) / odd) * m * (b - m) * x * x
    const term = m + (m * (b - m) * x) / odd + ((a + m) * (a * y - b * x + 1 + m * (1 + y))) / (odd + 2)
    d = 1 / (term + numerator * d)
    c = term + numerator / c
    value *= c * d
    if (Math.abs(c * d - 1) <= Number.EPSILON) return value
  }
  throw new RangeError(`incomplete beta: no convergence at a = ${a}, b = ${b}, x = ${x}`)
}

/** The lower tail I_x(a, b) as log, and d(log tail) / d(logit x) = power / tail. */
function logTail(x: number, y: number, a: number, b: number): { log: number; slope: number } {
  const power = logPower(x, y, a, b)
  if (x * (a + b + 2) < a + 1) {
    const slope = fraction(x, y, a, b)
    return { log: power - Math.log(slope), slope }
  }
  const upper = Math.exp(power) / fraction(y, x, b, a)
  return { log: Math.log1p(-upper), slope: Math.exp(power) / (1 - upper) }
}

/**
 * I_x(a, b): the share of a Beta(a, b) distribution at or below x.
 *
 * @param x - 0..1. @param y - 1 - x; give it where it is known better than by subtraction.
 * @param a - Real, > 0. @param b - Real, > 0.
 * @returns 0..1, relative error below 1e-12 for a, b up to 1e6, in the far lower tail too.
 * @throws {RangeError} An argument outside its range.
 * Cost: O(sqrt(max(a, b))). Checked against: mpmath with 50 digits.
 */
export function incompleteBeta(x: number, a: number, b: number, y = 1 - x): number {
  checkShape(a, b)
  if (!(x >= 0 && x <= 1)) throw new RangeError(`incomplete beta: expected x in 0..1, got ${x}`)
  if (x === 0) return 0
  if (y === 0) return 1
  return Math.exp(logTail(x, y, a, b).log)
}

/** x = e^-700 is nearly the smallest double. */
const leastLogit = -700

/**
 * log(x / (1 - x)) of the x at which I_x(a, b) is `lower` and 1 - I_x(a, b) is `upper`; infinite where one of them is 0.
 *
 * Newton's method on the log of the smaller tail. As a function of logit x a Beta density is log-concave, and so are its
 * tails: tangents lie above the curve, so from any start every step but the first climbs towards the root from below.
 *
 * @param upper - 1 - lower, given apart so that neither tail loses precision.
 * @throws {RangeError} An argument outside its range.
 * Cost: some ten times that of `incompleteBeta`.
 */
export function betaLogitQuantile(lower: number, upper: number, a: number, b: number): number {
  checkShape(a, b)
  if (!(lower >= 0 && lower <= 1)) {
    throw new RangeError(`beta quantile: expected a probability in 0..1, got ${lower}`)
  }
  if (lower > upper) return -betaLogitQuantile(upper, lower, b, a)
  if (lower === 0) return -Infinity
  const wanted = Math.log(lower)
  let logit = Math.log(a / b)
  for (let iteration = 0; iteration < 100; iteration++) {
    const tail = logTail(1 / (1 + Math.exp(-logit)), 1 / (1 + Math.exp(logit)), a, b)
    const step = (wanted - tail.log) / tail.slope
    if (logit === leastLogit && step < 0) return logit + step // down there the tail is x^a times a constant
    const next = Math.max(leastLogit, logit + step)
    if (next === logit || (iteration > 0 && step < 0)) break // only rounding can lead down
    logit = next
  }
  return logit
}

function checkShape(a: number, b: number): void {
  if (!(a > 0 && b > 0 && a < Infinity && b < Infinity)) {
    throw new RangeError(`beta distribution: expected finite parameters above 0, got ${a} and ${b}`)
  }
}
