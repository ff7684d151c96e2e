/** What a client is told of an inspection, be it new or known already. */

import { present } from '../../present.ts'
import type { AnsweredMap, InspectAnswer, InspectFields } from '../../wire/serve/inspect.ts'
import type { StationInspection } from '../../wire/station/inspection.ts'
import { isVerdict } from '../../wire/station/outcomes.ts'
import type { Judged } from './judge.ts'
import { mapAnswer } from './map-answer.ts'

export interface AnswerFacts {
  readonly repeated: boolean
  /** One for each image, or none. */
  readonly maps: readonly AnsweredMap[]
}

export function answerOf(inspection: StationInspection, { repeated, maps }: AnswerFacts): InspectAnswer {
  const { id, outcome, score, thresholdUsed, thresholdStored, band, model, latency } = inspection
  if (!isVerdict(outcome)) throw new Error(`expected an inspection with a verdict, got ${outcome}`)
  const images = inspection.images.map((image, i) => ({
    sha256: image.hash,
    width: present(image.width, 'the width of a judged image'),
    height: present(image.height, 'the height of a judged image'),
    score: present(image.score, 'the score of a judged image'),
    regions: image.regions,
    ...(maps[i] !== undefined && { map: maps[i] }),
  }))
  const [first, ...more] = images
  const worst = more.reduce((a, b) => (b.score > a.score ? b : a), present(first, 'an image'))
  const { name, fingerprint, preparation } = present(model, 'the model of a verdict')
  return {
    ...{ id, verdict: outcome, score: present(score, 'the score of a verdict') },
    threshold: present(thresholdUsed, 'the threshold of a verdict'),
    ...{ storedThreshold: thresholdStored, review: band, regions: worst.regions, images },
    model: { id: name, fingerprint, preparation: preparation ?? '' },
    ...{ part: inspection.part, lot: inspection.lot, camera: inspection.camera },
    ...{ recorded: inspection.recorded, repeated },
    milliseconds: {
      ...{ decode: rounded(latency.decode), wait: rounded(latency.queue) },
      ...{ infer: rounded(latency.infer), total: rounded(latency.total) },
    },
  }
}

const rounded = (milliseconds: number): number => Math.round(10 * milliseconds) / 10

/** None where none were asked for. */
export async function mapsOf(
  { pictures, model }: Judged,
  encoding: InspectFields['map'],
): Promise<readonly AnsweredMap[]> {
  if (encoding === 'none') return []
  return Promise.all(pictures.map(({ inspection }) => mapAnswer(inspection, encoding, model.card)))
}
