/** What a threshold does to parts of this line; the arithmetic is that of the report. */
import { type Consequences, consequences, type FoldScores } from '../../../report/what-if.ts'
import type { ScoredPart } from '../../../wire/station/scored-part.ts'

export interface Here {
  readonly parts: number
  /** Of all, whatever people said: what goes to scrap, what a person would see. */
  readonly rejected: number
  readonly review: number
  /** Of those that the sampling rule drew at random and people decided; null while there are none of a kind. */
  readonly known: Consequences
}

/** Parts of the random sample alone can say how often the model errs: those chosen by their verdict are not like the rest. */
export function randomSample(parts: readonly ScoredPart[], threshold: number): FoldScores {
  const of = (label: 'nominal' | 'anomalous'): number[] =>
    parts
      .filter((part) => part.label === label && part.selection !== 'by-score')
      .map(({ score }) => score)
      .sort((a, b) => a - b)
  return { fold: 0, threshold, nominal: of('nominal'), anomalous: of('anomalous') }
}

/** @param band - Lower end of the review band; null without one. */
export function consequencesHere(
  parts: readonly ScoredPart[],
  threshold: number,
  band: number | null,
  costs: { readonly prevalence: number; readonly costEscape: number; readonly costOverkill: number },
): Here {
  return {
    parts: parts.length,
    rejected: parts.filter(({ score }) => score >= threshold).length,
    review: band === null ? 0 : parts.filter(({ score }) => score >= band && score < threshold).length,
    known: consequences([randomSample(parts, threshold)], { shift: 0, ...costs }),
  }
}
