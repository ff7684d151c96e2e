/** Whether what was opened again is what a run was made of. */
import { InputError } from '../../errors.ts'
import type { Evaluation } from '../../wire/evaluation.ts'
import type { RunCard } from '../open/open-run.ts'

/** @throws {InputError} The dataset has changed since, or the weights at hand are others. */
export function checkSameData(run: string, { dataset, backbone }: Evaluation, card: RunCard): void {
  if (card.fingerprint !== dataset.fingerprint) {
    throw new InputError(
      dataset.path,
      `is not the dataset that ${run} was evaluated on: files, labels or parts have changed (fingerprint ${card.fingerprint}, ` +
        `expected ${dataset.fingerprint}); restore it, or evaluate again`,
    )
  }
  if (card.backbone.weights !== backbone.weights) {
    throw new InputError(
      run,
      `was evaluated with other weights of ${backbone.id} (${backbone.weights}; here are ${card.backbone.weights}): name their folder with --weights`,
    )
  }
}
