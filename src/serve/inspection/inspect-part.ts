/** One part from its pictures to its answer: judged by the active model, recorded, told to whoever listens. */
import type { Operating } from '../../evaluate/evaluate-fold.ts'
import type { InspectAnswer, InspectFields, JudgedImage } from '../../wire/serve/inspect.ts'
import type { Context } from '../context.ts'
import type { LoadedModel } from '../models/loaded-model.ts'
import { withoutModel } from '../models/shelf.ts'
import { type Judged, type JudgedPicture, judge } from './judge.ts'
import { mapAnswer } from './map-answer.ts'
import type { SentPart } from './read-body.ts'

export interface InspectPartOptions {
  readonly source: 'http' | 'watch'
  readonly signal: AbortSignal
  /** `performance.now()` of when the request came. */
  readonly since: number
  readonly newId: () => string
}

/** @throws {ProblemError} There is no verdict, with the reason. @throws {InputError} A picture cannot be judged. */
export async function inspectPart(
  { pictures, fields }: SentPart,
  context: Context,
  { source, signal, since, newId }: InspectPartOptions,
): Promise<InspectAnswer> {
  const { shelf, turns, limits, metrics, line } = context
  const model = shelf.lease('active')
  if (model === null) throw withoutModel()
  try {
    const stored = operatingOf(model)
    const operating =
      fields.threshold === undefined ? stored : { threshold: fields.threshold, reviewThreshold: null }
    const judged = await judge(pictures, { model, operating, signal, turns, maximumPixels: limits.pixels })
    const answer = await answerOf(judged, fields, stored, newId())
    const total = performance.now() - since
    line.took(total)
    metrics.verdicts.inc({ verdict: judged.verdict, source })
    for (const [stage, milliseconds] of Object.entries({ ...judged.milliseconds, total }))
      metrics.seconds.observe({ stage }, milliseconds / 1000)
    return { ...answer, milliseconds: rounded({ ...judged.milliseconds, total }) }
  } finally {
    model.release()
  }
}

const operatingOf = ({ card }: LoadedModel): Operating | null =>
  card.threshold && { threshold: card.threshold.value, reviewThreshold: card.threshold.review }

async function answerOf(
  judged: Judged,
  { part, lot, camera, map }: InspectFields,
  stored: Operating | null,
  id: string,
): Promise<Omit<InspectAnswer, 'milliseconds'>> {
  const { model, score, verdict, operating } = judged
  const images: JudgedImage[] = []
  for (const picture of judged.pictures) images.push(await imageOf(picture, model, map))
  const worst = images.reduce<JudgedImage | null>((a, b) => (a === null || b.score > a.score ? b : a), null)
  return {
    ...{ id, verdict, score, threshold: operating.threshold },
    storedThreshold: stored?.threshold ?? null,
    review: operating.reviewThreshold,
    regions: worst?.regions ?? null,
    images,
    model: { id: model.id, fingerprint: model.fingerprint, preparation: model.preparation },
    ...{ part: part ?? null, lot: lot ?? null, camera: camera ?? null },
    ...{ recorded: false, repeated: false },
  }
}

async function imageOf(
  { sent, image, inspection }: JudgedPicture,
  { card }: LoadedModel,
  map: InspectFields['map'],
): Promise<JudgedImage> {
  return {
    ...{ sha256: sent.sha256, width: image.width, height: image.height, score: inspection.score },
    regions: card.regions === null ? null : [...inspection.regions()],
    ...(map !== 'none' && { map: await mapAnswer(inspection, map, card) }),
  }
}

const rounded = <T extends Record<string, number>>(milliseconds: T): T =>
  Object.fromEntries(
    Object.entries(milliseconds).map(([stage, value]) => [stage, Math.round(10 * value) / 10]),
  ) as T
