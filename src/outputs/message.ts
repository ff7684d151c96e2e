/** What is told of an inspection. */
import type { Judged } from '../wire/station/inspection.ts'
import { type ResultMessage, toldRegions } from '../wire/station/result-message.ts'
import type { Unanswered } from '../wire/station/verdict.ts'
import type { Told } from './contract.ts'

/** What webhook, MQTT and file hold of a result: one document for all of them. @returns JSON. */
export function resultDocument({ message, signal }: Told, station: string): string {
  return JSON.stringify({ type: 'inspection', station, ...message, signal })
}

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

/** What is known of a part that was turned away before anybody looked at it. */
export interface TurnedAway {
  readonly id: string
  readonly time: Date
  readonly outcome: Unanswered
  readonly reason: string
  readonly part: string | null
  readonly lot: string | null
  readonly camera: string | null
}

/** Of a part that has no record: nothing of it was read. */
export function turnedAwayMessage({ id, time, reason, ...named }: TurnedAway): ResultMessage {
  return {
    version: 1,
    inspection: id,
    time: time.toISOString(),
    reason: reason.slice(0, 2000),
    ...named,
    capturedAt: null,
    model: null,
    score: null,
    threshold: null,
    band: null,
    images: [],
    recorded: false,
  }
}
