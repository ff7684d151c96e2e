/** What is told of an inspection. */
import type { Judged } from '../wire/station/inspection.ts'
import { type ResultMessage, toldRegions } from '../wire/station/result-message.ts'

/** @param recorded - False where the record could not be written. */
export function resultMessage(judged: Judged, recorded: boolean): ResultMessage {
  const { id, time, outcome, reason, part, lot, camera, capturedAt, model, score, band, images } = judged
  return {
    version: 1,
    inspection: id,
    time,
    outcome,
    reason,
    part,
    lot,
    camera,
    capturedAt,
    model,
    score,
    threshold: judged.thresholdUsed,
    band,
    images: images.map((image) => ({
      hash: image.hash,
      score: image.score,
      regions: image.regions?.slice(0, toldRegions) ?? null,
    })),
    recorded,
  }
}
