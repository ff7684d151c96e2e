/** How many parts must be judged to prove that a rate lies below a bound: Clopper and Pearson's upper limit, turned around. */
import { binomialCdf } from '../../math/distributions.ts'

export interface Proof {
  /** Parts judged wrongly. */
  readonly wrong: number
  /** Parts that must be judged for the proof to hold with that many wrong. */
  readonly parts: number
}

/** Beyond it nobody takes photographs. */
const most = 10_000_000

/**
 * The least number of parts with which the upper limit (Clopper and Pearson 1934, one-sided) of the rate is at or below the bound.
 *
 * @param bound - 0..1 exclusive. @param confidence - 0..1 exclusive. @param wrong - Whole, >= 0.
 * @returns Infinity where ten million do not suffice.
 * @throws {RangeError} An argument outside its range.
 * Cost: O(log n). Checked against: counting upwards; 299 for 1 % at 95 % with none wrong (Hahn and Meeker 1991).
 */
export function partsToProve(bound: number, confidence: number, wrong = 0): number {
  const areShares = bound > 0 && bound < 1 && confidence > 0 && confidence < 1
  if (!areShares || !Number.isInteger(wrong) || wrong < 0) {
    throw new RangeError(
      `partsToProve: expected shares between 0 and 1 and a whole number, got ${bound}, ${confidence} and ${wrong}`,
    )
  }
  const proves = (n: number): boolean => binomialCdf(wrong, n, bound) <= (1 - confidence) * (1 + 1e-12)
  return leastWhere(proves, wrong + 1)
}

/** With none wrong, one, two and so on. */
export const proofTable = (bound: number, confidence: number, upTo: number): readonly Proof[] =>
  Array.from({ length: upTo + 1 }, (_, wrong) => ({ wrong, parts: partsToProve(bound, confidence, wrong) }))

/** How often a proof should succeed where it can: eight times of ten, as is usual for planned trials (Cohen 1988). */
export const wantedPower = 0.8

/**
 * Parts with which the proof will succeed in eight cases of ten, if the true rate is `rate`: a few will be wrong, and these must be
 * made up for.
 *
 * @returns null where the rate is not below the bound, and no number of parts can prove it; Infinity as above.
 * @throws {RangeError} As {@link partsToProve}; or the rate is no share.
 */
export function partsToExpect(bound: number, confidence: number, rate: number): Proof | null {
  if (!(rate >= 0 && rate <= 1)) throw new RangeError(`partsToExpect: expected a share, got ${rate}`)
  if (rate >= bound) return null
  for (let wrong = 0; ; wrong = Math.max(wrong + 1, Math.floor(wrong * 1.02))) {
    const parts = partsToProve(bound, confidence, wrong)
    if (parts === Number.POSITIVE_INFINITY) return { wrong, parts }
    if (binomialCdf(wrong, parts, rate) >= wantedPower) return { wrong, parts }
  }
}

function leastWhere(holds: (n: number) => boolean, from: number): number {
  let fits = from
  while (!holds(fits)) {
    if (fits >= most) return Number.POSITIVE_INFINITY
    fits = Math.min(most, fits * 2)
  }
  let fails = from - 1
  while (fits - fails > 1) {
    const middle = (fits + fails) >>> 1
    if (holds(middle)) fits = middle
    else fails = middle
  }
  return fits
}
