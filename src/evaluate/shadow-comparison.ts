/**
 * Is the model in shadow better than the one that judges? Both saw the same parts, later than they were trained, so each part is its own
 * control. Only parts of the random sample may decide: what the active model's verdict brought to people is a sample of its doubts.
 */
import type { ShadowComparison, ShadowPair, ShadowTally } from '../wire/station/shadow-comparison.ts'
import { mcnemarExact } from './intervals/mcnemar.ts'

const mostApart = 200
const significance = 0.05

/** @param pairs - Newest first. */
export function compareWithShadow(
  pairs: readonly ShadowPair[],
  names: { readonly active: string; readonly shadow: string },
): ShadowComparison {
  const apart = pairs.filter(({ active, shadow }) => active.verdict !== shadow.verdict)
  const random = tallyOf(pairs.filter(({ selection }) => selection !== 'by-score'))
  const isDecided = random.nominal + random.anomalous > 0
  const pValue = isDecided ? mcnemarExact(random.onlyActive, random.onlyShadow) : null
  return {
    ...names,
    judged: pairs.length,
    agree: pairs.length - apart.length,
    random,
    byScore: tallyOf(pairs.filter(({ selection }) => selection === 'by-score')),
    pValue,
    isDistinguishable: pValue !== null && pValue < significance,
    apart: apart.slice(0, mostApart),
  }
}

function tallyOf(pairs: readonly ShadowPair[]): ShadowTally {
  const decided = pairs.filter(({ label }) => label === 'nominal' || label === 'anomalous')
  const count = (holds: (pair: ShadowPair) => boolean): number => decided.filter(holds).length
  /** Let pass what is defective, or rejected what is good. */
  const errs = ({ label }: ShadowPair, { verdict }: ShadowPair['active']): boolean =>
    verdict !== 'review' && verdict !== label
  const mistakes = (model: 'active' | 'shadow', of: 'nominal' | 'anomalous'): number =>
    count((pair) => pair.label === of && errs(pair, pair[model]))
  return {
    nominal: count(({ label }) => label === 'nominal'),
    anomalous: count(({ label }) => label === 'anomalous'),
    activeEscapes: mistakes('active', 'anomalous'),
    shadowEscapes: mistakes('shadow', 'anomalous'),
    activeOverkill: mistakes('active', 'nominal'),
    shadowOverkill: mistakes('shadow', 'nominal'),
    onlyActive: count((pair) => !errs(pair, pair.active) && errs(pair, pair.shadow)),
    onlyShadow: count((pair) => errs(pair, pair.active) && !errs(pair, pair.shadow)),
  }
}
