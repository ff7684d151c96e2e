/** What the records are told of a part: of a verdict, and of a request that got none. */

import type { Operating } from '../../evaluate/evaluate-fold.ts'
import { sha256 } from '../../files/hash.ts'
import { encodeNpy } from '../../files/npy.ts'
import { cutContentMap } from '../../image/content.ts'
import type { KeepPolicy } from '../../records/options.ts'
import type { ImageFiles, RepeatKey } from '../../records/records.ts'
import type { InspectFields } from '../../wire/serve/inspect.ts'
import type { Judged as JudgedRecord, StationModel } from '../../wire/station/inspection.ts'
import type { Unanswered } from '../../wire/station/verdict.ts'
import type { Judged, JudgedPicture } from '../inspection/judge.ts'
import type { SentPicture } from '../inspection/open-picture.ts'
import type { LoadedModel } from '../models/loaded-model.ts'

export interface RecordFacts {
  readonly id: string
  /** When it was judged. */
  readonly time: Date
  readonly source: 'http' | 'watch'
  readonly fields: InspectFields
  /** The station's, whether or not it decided. */
  readonly stored: Operating | null
  /** Milliseconds of the whole way. */
  readonly total: number
}

/** Of the image; of several, of their hashes in order. */
const imageHashOf = (sent: readonly SentPicture[]): string => {
  const [first, ...more] = sent
  if (first !== undefined && more.length === 0) return first.sha256
  return sha256(sent.map((each) => each.sha256).join(''))
}

export const stationModelOf = ({ id, fingerprint, preparation }: LoadedModel): StationModel => ({
  name: id,
  fingerprint,
  preparation,
})

/** What a retry is known by. */
export const retryOf = (
  sent: readonly SentPicture[],
  { idempotencyKey, part, capturedAt }: InspectFields,
  model: LoadedModel,
): RepeatKey => ({
  ...{ imageHash: imageHashOf(sent), part: part ?? null, shadowOf: null, model: stationModelOf(model) },
  ...{ idempotencyKey: idempotencyKey ?? null, capturedAt: timeOf(capturedAt) },
})

export function recordOf(judged: Judged, facts: RecordFacts, shadowOf: string | null = null): JudgedRecord {
  const { model, score, verdict, operating, pictures, milliseconds } = judged
  return {
    ...common(facts, shadowOf !== null),
    outcome: verdict,
    reason: null,
    model: stationModelOf(model),
    score,
    thresholdStored: facts.stored?.threshold ?? null,
    thresholdUsed: operating.threshold,
    band: operating.reviewThreshold,
    imageHash: imageHashOf(pictures.map(({ sent }) => sent)),
    images: pictures.map((picture) => imageOf(picture, model)),
    latency: {
      ...{ total: facts.total, queue: milliseconds.wait },
      ...{ decode: milliseconds.decode, infer: milliseconds.infer },
    },
    shadowOf,
  }
}

/** It is no retry's answer: the key stays free, and whoever asks again is judged. */
export function unansweredRecord(
  outcome: Unanswered,
  reason: string,
  sent: readonly SentPicture[],
  facts: RecordFacts,
  model: LoadedModel | null,
): JudgedRecord {
  return {
    ...common(facts, true),
    ...{ outcome, reason: reason.slice(0, 2000), model: model && stationModelOf(model) },
    ...{ score: null, thresholdStored: facts.stored?.threshold ?? null, thresholdUsed: null, band: null },
    imageHash: imageHashOf(sent),
    images: sent.map(({ sha256: hash }) => ({ hash, width: null, height: null, score: null, regions: null })),
    latency: { total: facts.total, queue: 0, decode: 0, infer: 0 },
    shadowOf: null,
  }
}

/** Pictures and maps that the policy may keep; it decides itself which of them it keeps. */
export function filesOf({ pictures, verdict }: Judged, keep: KeepPolicy): readonly ImageFiles[] {
  const wanted = (rule: KeepPolicy['maps']): boolean =>
    rule === 'all' || (rule === 'rejected-and-review' && verdict !== 'nominal')
  const wantsMap = wanted(keep.maps)
  return pictures.map(({ sent, inspection }) => ({
    picture: sent.bytes,
    map: wantsMap ? npyOf(inspection) : null,
    embedding: inspection.embedding,
  }))
}

/** Raw values over the photograph, without padding: [height, width], float32. */
function npyOf({ map, frame }: JudgedPicture['inspection']): Uint8Array {
  const { width, height, data } = cutContentMap(map(), frame)
  return encodeNpy({ shape: [height, width], data })
}

const common = (
  { id, time, source, fields }: RecordFacts,
  isKeyless: boolean,
): Pick<
  JudgedRecord,
  'id' | 'time' | 'source' | 'part' | 'lot' | 'camera' | 'capturedAt' | 'idempotencyKey'
> => ({
  ...{ id, time: time.toISOString(), source },
  ...{ part: fields.part ?? null, lot: fields.lot ?? null, camera: fields.camera ?? null },
  capturedAt: isKeyless ? null : timeOf(fields.capturedAt),
  idempotencyKey: isKeyless ? null : (fields.idempotencyKey ?? null),
})

const timeOf = (text: string | undefined): string | null =>
  text === undefined ? null : new Date(text).toISOString()

const imageOf = (
  { sent, image, inspection }: JudgedPicture,
  { card }: LoadedModel,
): JudgedRecord['images'][number] => ({
  ...{ hash: sent.sha256, width: image.width, height: image.height, score: inspection.score },
  regions: card.regions === null ? null : [...inspection.regions()],
})
