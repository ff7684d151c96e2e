/** How an evaluation draws its folds; `docs/protocol.md`. */

import { UsageError } from '../errors.ts'
import { parsePartScore } from '../evaluate/part-score.ts'
import { splitDefaults } from '../evaluate/split.ts'
import { choice, number, problemOf, text, wholeNumber } from './kinds.ts'
import type { Values } from './option.ts'

const group = 'Protocol'

export const protocolOptions = {
  folds: wholeNumber({
    help: 'Repetitions of split, fit, threshold and inference.',
    group,
    placeholder: 'K',
    min: 1,
    max: 1000,
    default: splitDefaults.folds,
    recorded: 'protocol',
  }),
  scheme: choice(['random', 'rotate', 'leave-out'], {
    help: 'Draw the roles afresh in each fold, rotate them so that each defect is judged equally often, or judge each group of `--by` by a model that has not seen it.',
    group,
    default: splitDefaults.scheme,
    recorded: 'protocol',
  }),
  by: text({
    help: 'What is left out: `defect`, or a column of the dataset such as lot, day, camera or line.',
    group,
    placeholder: 'COLUMN',
    onlyWith: { scheme: ['leave-out'] },
    recorded: 'protocol',
  }),
  split: choice(['ignored', 'published'], {
    help: 'Draw roles from all images, or train on the published train split and halve the published test split.',
    group,
    default: 'ignored',
    recorded: 'protocol',
  }),
  unit: choice(['auto', 'part', 'image'], {
    help: 'What keeps one role in a fold: the part, or the image; `auto` takes parts where they are known.',
    group,
    default: 'auto',
  }),
  merge: choice(['auto', 'always', 'never'], {
    help: 'Whether nominal test images may train; `auto` tests that they are of the same distribution.',
    group,
    default: 'auto',
  }),
  minTrain: number({
    help: 'Share of nominal units that each fold keeps for training.',
    group,
    placeholder: 'F',
    min: 0,
    max: 1,
    isOpen: true,
    default: splitDefaults.minTrain,
    recorded: 'protocol',
  }),
  partScore: text({
    help: 'From the scores of its images to the score of a part: `max`, `mean`, `topk:K` or `votes:K`.',
    group,
    placeholder: 'RULE',
    default: 'max',
    check: (rule) => problemOf(() => parsePartScore(rule)),
    recorded: 'protocol',
  }),
}

export const seedOption = {
  seed: wholeNumber({
    help: 'Same seed, same result; 0 is a seed.',
    group,
    placeholder: 'N',
    min: 0,
    default: splitDefaults.seed,
  }),
}

type ProtocolRequest = Values<typeof protocolOptions>

/** @throws {UsageError} Groups that are left out without a name, or of a published split. */
export function checkProtocol({ scheme, by, split }: Pick<ProtocolRequest, 'scheme' | 'by' | 'split'>): void {
  if (scheme !== 'leave-out') return
  if (by === null)
    throw new UsageError('--scheme leave-out: say what is left out, with --by COLUMN or --by defect')
  if (split === 'published') {
    throw new UsageError(
      '--scheme leave-out: has its own roles, and --split published none for it: leave one of them out',
    )
  }
}
