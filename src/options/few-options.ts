/** How many nominal units train, where it is to be few. */
import { UsageError } from '../errors.ts'
import { splitDefaults } from '../evaluate/split.ts'
import { bad, good, type Notation, noted, shown, wholeNumber } from './kinds.ts'
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
    recorded: 'protocol',
  }),
}

/** @throws {UsageError} Draws of nothing. */
export function checkFew({ shots, draws }: Values<typeof fewOptions>): void {
  if (shots !== null || draws === splitDefaults.draws) return
  throw new UsageError('--draws: has no effect without --shots, which says how many are drawn')
}
