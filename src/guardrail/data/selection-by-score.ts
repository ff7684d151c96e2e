/**
 * `selection.by-score`: were the labelled images chosen by what a model thought of them?
 *
 * The column `selection` of a manifest says how an image came to be labelled: `all` (everything of a time or lot), `random` (drawn at
 * random), `by-score` (because its score was high or near the threshold). Rates over a sample chosen by score are not those of the line.
 */
import type { Sample } from '../../dataset/sample.ts'
import type { Guardrail } from '../contract.ts'
import { answer, percent, skipped, some } from './answer.ts'
import type { CheckContext } from './check-context.ts'

const id = 'selection.by-score'

const isByScore = ({ attributes }: Sample): boolean =>
  /^by[-_ ]?score$/i.test((attributes.selection ?? '').trim())

export const selectionByScore: Guardrail<CheckContext> = {
  id,
  question: 'Were the labelled images chosen by what a model thought of them?',
  async run({ samples }) {
    const known = samples.filter(({ attributes }) => attributes.selection !== undefined)
    if (known.length === 0)
      return skipped('no column "selection" says how the images came to be labelled (all, random, by-score)')
    const chosen = samples.filter(isByScore)
    if (chosen.length === 0) return answer([])
    const share = chosen.length / samples.length
    return answer([
      {
        id,
        severity: 'error',
        title: `${chosen.length} of ${samples.length} images (${percent(share)}) were labelled because of their score: no rate over them holds for the line.`,
        evidence: { count: chosen.length, share, images: some(chosen.map(({ id: image }) => image)) },
        remedy:
          'Evaluate on images that were drawn at random or taken as a whole: --where "selection != by-score". Those chosen by score are good to train on and to look at.',
      },
    ])
  },
}
