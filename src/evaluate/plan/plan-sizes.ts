/** Which numbers of good units a learning curve is measured at, and to which it is carried. */
import { StatisticalError } from '../../errors.ts'

const sizeCount = 6
/** The curve begins at least there; below, a detector knows hardly anything, and no law holds. */
const least = 3
/** Fewest good units with which there is a curve at all: 3, 4, 5, 7, 8. */
export const leastToPlan = 8

/** Shares of what trains now that the curve is carried to: beyond four times as many nothing is said. */
export const multiples = [1.25, 1.5, 2, 3, 4] as const

/**
 * From all of them downwards by halves, or by less where halves would soon be too few.
 *
 * @returns Ascending, without repetition, 5 or 6; the last is all.
 * @throws {StatisticalError} Too few to see a curve in.
 */
export function nominalSizes(all: number): readonly number[] {
  if (all < leastToPlan) {
    throw new StatisticalError(
      `Too few good units for a learning curve: ${all} train in a fold, and ${leastToPlan} are needed. Take more good photographs, ` +
        'or keep more of them for training with --min-train.',
    )
  }
  const ratio = Math.min(2, (all / least) ** (1 / (sizeCount - 1)))
  const sizes = Array.from({ length: sizeCount }, (_, i) => Math.round(all / ratio ** i))
  return [...new Set(sizes)].reverse()
}

/** Larger numbers than now, ascending, without repetition. */
export function largerSizes(now: number): readonly number[] {
  return [...new Set(multiples.map((multiple) => Math.round(multiple * now)))].filter((size) => size > now)
}

/** Images that the detectors of one size judge, over all folds and orders, where nobody says how many of these there are. */
const worthJudging = 2400

/**
 * Folds where nobody says: five for small datasets, three where judging alone takes minutes.
 *
 * @param judged - Images that one fold judges.
 */
export const defaultFolds = (judged: number): number =>
  Math.max(3, Math.min(5, Math.floor(worthJudging / judged)))

/**
 * Orders in each fold where nobody says: up to three for small datasets, whose figures differ most from support to support.
 *
 * @param judged - Images that all folds judge.
 */
export const defaultDraws = (judged: number): number =>
  Math.max(1, Math.min(3, Math.floor(worthJudging / judged)))
