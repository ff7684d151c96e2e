/** The run in words for whoever has to decide: of 1,000 parts, how many defects escape, how many good ones are scrapped. */
import type { Estimate, Evaluation } from '../wire/evaluation.ts'

/**
 * One paragraph, with intervals, at part level where parts are known, else at image level.
 *
 * The intervals are those of the two rates; the prevalence is taken as stated, without uncertainty of its own.
 */
export function verdictSentence(evaluation: Pick<Evaluation, 'metrics' | 'protocol'>): string {
  const { metrics, protocol } = evaluation
  const figures = metrics.part ?? metrics.image
  const thing = metrics.part ? 'parts' : 'images'
  const defective = 1000 * protocol.prevalence
  const good = 1000 - defective
  const source = protocol.prevalenceStated ? 'as stated' : 'assumed: state yours with --prevalence'
  const escapes = amount(figures.escapeRate, defective)
  const scrapped = amount(figures.overkillRate, good)
  return (
    `Of 1,000 ${thing}, ${count(defective)} of them defective (${source}), about ${escapes} defective ones escape ` +
    `and about ${scrapped} good ones are rejected for nothing.`
  )
}

/** @returns How many of so many, with the 95 % interval of the rate. */
export function expected(rate: Estimate, of: number): Pick<Estimate, 'mean' | 'ci'> {
  const times = (value: number | null): number | null => value && value * of
  return { mean: times(rate.mean), ci: [times(rate.ci[0]), times(rate.ci[1])] }
}

function amount(rate: Estimate, of: number): string {
  if (rate.mean === null) return 'an unknown number of'
  const [low, high] = rate.ci
  const value = count(rate.mean * of)
  return low === null || high === null
    ? `${value} (no interval: one fold)`
    : `${value} (95 % interval ${count(low * of)} to ${count(high * of)})`
}

/** Whole numbers from 10 on, one decimal below, two below 1. */
function count(value: number): string {
  if (value >= 10) return value.toFixed(0)
  return value === 0 ? '0' : value.toFixed(value >= 1 ? 1 : 2)
}
