/** How many nominal units train, where it is to be few. */
import { UsageError } from '../errors.ts'
import { splitDefaults } from '../evaluate/split.ts'
import { nominalPolicies } from '../evaluate/thresholds/threshold-settings.ts'
import { bad, choice, good, type Notation, noted, shown, wholeNumber } from './kinds.ts'
import type { ThresholdRequest } from './operating-point.ts'
import type { Values } from './option.ts'

const group = 'Protocol'
const most = 100_000

const isShots = (raw: unknown): raw is readonly number[] =>
  Array.isArray(raw) && raw.length > 0 && raw.every((each) => isCount(each))
const isCount = (each: unknown): boolean =>
  Number.isInteger(each) && Number(each) >= 1 && Number(each) <= most

const notation: Notation<readonly number[]> = {
  placeholder: 'N[,N...]',
  parse(text: string) {
    const shots = text.split(',').map((each) => (/^\d+$/.test(each.trim()) ? Number(each) : Number.NaN))
    return isShots(shots)
      ? good(shots as readonly number[])
      : bad(`expected whole numbers from 1, separated by commas, got ${shown(text)}`)
  },
  format: (shots: readonly number[]) => shots.join(','),
  is: isShots,
}

export const fewOptions = {
  shots: noted(notation, {
    help: 'Train on that many nominal units, drawn anew several times in each fold; of several numbers each is evaluated.',
    group,
    defaultText: 'all that may train',
    recorded: 'protocol',
  }),
  draws: wholeNumber({
    help: 'Supports drawn for each fold, with `--shots`.',
    group,
    placeholder: 'R',
    min: 1,
    max: 1000,
    default: splitDefaults.draws,
    onlyWith: { shots: 'given' },
    recorded: 'protocol',
  }),
  thresholdFrom: choice(['set', 'support'], {
    help: "With `--shots`: choose the threshold on the fold's threshold set, or on the support alone, each of its units left out in turn: what somebody can do who has nothing else.",
    group,
    default: splitDefaults.thresholdFrom,
    onlyWith: { shots: 'given' },
    recorded: 'protocol',
  }),
}

/** @throws {UsageError} A support that is to choose what takes defects, or is too small. */
export function checkFew({
  shots,
  thresholdFrom,
  threshold,
}: Values<typeof fewOptions> & Pick<ThresholdRequest, 'threshold'>): void {
  if (shots === null || thresholdFrom === 'set') return
  if (Math.min(...shots) < 2) {
    throw new UsageError('--threshold-from support: one unit cannot be left out of itself; --shots from 2 on')
  }
  const policies: readonly string[] = nominalPolicies
  if (policies.includes(threshold)) return
  throw new UsageError(
    `--threshold-from support: ${threshold} needs defects, and a support has none; take ${nominalPolicies.join(', ')}`,
  )
}
