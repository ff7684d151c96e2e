/**
 * Evidence against "nothing changed" from ranks that are uniform as long as it is true: a gambler who may only bet fairly, and whose
 * wealth grows where the ranks stop being uniform.
 *
 * Wealth is a martingale that starts at 1, so the chance that it ever reaches 1/alpha is at most alpha (Ville 1939), however often one
 * looks. Bets are the conformal betting martingales of Vovk et al. 2003 (powers of the rank) and of Vovk et al. 2021, "Retrain or not
 * retrain: conformal test martingales for change-point detection" (PMLR 152), the Simple Jumper: several gamblers with linear bets,
 * between whom a little of the wealth moves at each step. A change may begin at any part: the share 1/(k(k+1)) of the wealth waits
 * for part k and is bet from there on, so a long healthy time costs the logarithm of its length and no more.
 */

/** Each bet has the mean 1 over a uniform rank and is never negative. */
const bets: readonly ((rank: number) => number)[] = [
  // Values rise (ranks near 0), or fall: a little, a lot.
  (rank) => 1 - (rank - 0.5),
  (rank) => 1 + (rank - 0.5),
  (rank) => 2 - 2 * rank,
  (rank) => 2 * rank,
  (rank) => power(rank),
  (rank) => power(1 - rank),
  // Values scatter more, or less, about the middle.
  (rank) => 1 + 1.5 * (Math.abs(2 * rank - 1) - 0.5),
  (rank) => 1 - 1.5 * (Math.abs(2 * rank - 1) - 0.5),
  (rank) => power(1 - Math.abs(2 * rank - 1)),
]

const exponent = 0.3
const leastRank = 1e-12

/** kappa u^(kappa - 1) with kappa = 0.3: large where u is next to 0. */
function power(u: number): number {
  return exponent * Math.max(u, leastRank) ** (exponent - 1)
}

/** Share of the wealth that moves between gamblers at each step (Vovk et al. 2021 take 0.01). */
const jump = 0.001

export interface Wealth {
  /** Steps so far. */
  steps: number
  /** Natural logarithm by which the numbers below are scaled, so that they neither overflow nor vanish. */
  scale: number
  /** Of each gambler. */
  readonly gamblers: number[]
}

export const startWealth = (): Wealth => ({ steps: 0, scale: 0, gamblers: bets.map(() => 0) })

/** @param rank - 0..1, uniform and independent of the others as long as nothing changed. */
export function betInPlace(wealth: Wealth, rank: number): void {
  const k = ++wealth.steps
  const joining = Math.exp(-wealth.scale) / (k * (k + 1)) / bets.length
  let sum = 0
  for (const [i, bet] of bets.entries()) {
    wealth.gamblers[i] = (wealth.gamblers[i]! + joining) * bet(rank)
    sum += wealth.gamblers[i]!
  }
  const shared = (jump * sum) / bets.length
  for (let i = 0; i < bets.length; i++) wealth.gamblers[i] = (1 - jump) * wealth.gamblers[i]! + shared
  if (sum > 1e100 || (sum > 0 && sum < 1e-100)) {
    for (let i = 0; i < bets.length; i++) wealth.gamblers[i]! /= sum
    wealth.scale += Math.log(sum)
  }
}

/** log10 of the wealth: 0 at the start; what still waits counts too. */
export function evidenceOf({ steps, scale, gamblers }: Wealth): number {
  const sum = gamblers.reduce((total, each) => total + each, 0)
  const [betted, waiting] = [Math.log(sum) + scale, -Math.log(steps + 1)]
  const highest = Math.max(betted, waiting)
  return (highest + Math.log(Math.exp(betted - highest) + Math.exp(waiting - highest))) / Math.LN10
}
