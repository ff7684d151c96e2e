/** The operating point by which a model judges here: of the proposal that was accepted last, else of its card. */
import type { Operating } from '../../evaluate/evaluate-fold.ts'
import type { Proposals } from '../../records/records.ts'
import type { LoadedModel } from './loaded-model.ts'

export interface Thresholds {
  /** Null where neither card nor station has one. */
  of(model: LoadedModel): Operating | null
  /** Of the card alone. */
  ofCard(model: LoadedModel): Operating | null
  /** Asks the records again. @throws {StorageError} They cannot be asked; what was known stays. */
  refresh(fingerprint: string): Promise<void>
}

export function createThresholds(proposals: Pick<Proposals, 'inForce'>): Thresholds {
  const accepted = new Map<string, Operating>()
  const ofCard = ({ card }: LoadedModel): Operating | null =>
    card.threshold && { threshold: card.threshold.value, reviewThreshold: card.threshold.review }
  return {
    ofCard,
    of: (model) => accepted.get(model.fingerprint) ?? ofCard(model),
    async refresh(fingerprint) {
      const found = await proposals.inForce(fingerprint)
      if (found === undefined) accepted.delete(fingerprint)
      else accepted.set(fingerprint, { threshold: found.to.threshold, reviewThreshold: found.to.band })
    },
  }
}
