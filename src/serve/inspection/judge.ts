/**
 * From the pictures of one part to one verdict: decoded beside each other, judged in the order of arrival by the model that was
 * active when the request came, under a deadline. Whoever gets no verdict gets a reason, never "good".
 */
import { InputError, PlumblineError } from '../../errors.ts'
import { decide, type Operating } from '../../evaluate/evaluate-fold.ts'
import { parsePartScore, partScore } from '../../evaluate/part-score.ts'
import type { Image } from '../../image/image.ts'
import type { ImageSource, Inspection, Verdict } from '../../inspect/inspector.ts'
import { mapConcurrent } from '../../task.ts'
import type { LoadedModel } from '../models/loaded-model.ts'
import { ProblemError } from '../problem.ts'
import { openPicture, type SentPicture } from './open-picture.ts'
import type { Preparer } from './prepare-beside.ts'
import type { Turns } from './turns.ts'

/** Pictures of one request that are decoded at a time. */
const decodedAtOnce = 2

export interface JudgedPicture {
  readonly sent: SentPicture
  readonly image: Image
  readonly inspection: Inspection
}

export interface Judged {
  readonly model: LoadedModel
  readonly pictures: readonly JudgedPicture[]
  /** Of the part. */
  readonly score: number
  readonly verdict: Verdict
  readonly operating: Operating
  readonly milliseconds: { readonly decode: number; readonly wait: number; readonly infer: number }
}

export interface JudgeOptions {
  readonly model: LoadedModel
  /** Null where neither model nor station nor request has one. */
  readonly operating: Operating | null
  /** Fires when it is too late, or nobody waits any more. */
  readonly signal: AbortSignal
  readonly maximumPixels: number
  readonly turns: Turns
  readonly preparer: Preparer
  /** Waits until nobody else does; default false. */
  readonly isPatient?: boolean
}

/**
 * @param sent - At least one. @throws {InputError} One of them is no picture: a part is judged whole or not at all.
 * @throws {ProblemError} There is no threshold; it took too long; the model failed.
 */
export async function judge(sent: readonly SentPicture[], options: JudgeOptions): Promise<Judged> {
  const { model, operating, signal, maximumPixels, turns, preparer, isPatient = false } = options
  if (operating === null) throw withoutThreshold(model)
  const started = performance.now()
  const name = (i: number): string => (sent.length === 1 ? 'the picture' : `picture ${i + 1}`)
  const opened: { readonly image: Image; readonly source: ImageSource }[] = []
  for await (const one of mapConcurrent(sent, decodedAtOnce, async ({ bytes }, i) => {
    refuseLate(signal)
    const image = await openPicture(name(i), bytes, maximumPixels, model.reading)
    return { image, source: await preparer.prepare(name(i), image, model.card) }
  }))
    opened.push(one)

  const decoded = performance.now()
  const score = async (): Promise<Judged> => {
    const begun = performance.now()
    const pictures: JudgedPicture[] = []
    for (const [i, { image, source }] of opened.entries()) {
      refuseLate(signal)
      pictures.push({ sent: sent[i]!, image, inspection: await inspect(model, source, operating) })
    }
    const scores = pictures.map(({ inspection }) => inspection.score)
    const score = partScore(parsePartScore(model.card.threshold?.partScore ?? 'max'), scores)
    if (!Number.isFinite(score)) throw failed('the model gave no finite number')
    return {
      ...{ model, pictures, score, verdict: decide(score, operating), operating },
      milliseconds: {
        decode: decoded - started,
        wait: begun - decoded,
        infer: performance.now() - begun,
      },
    }
  }
  return turns.take(signal, score, isPatient)
}

async function inspect(
  { inspector }: LoadedModel,
  source: ImageSource,
  operating: Operating,
): Promise<Inspection> {
  const { threshold, reviewThreshold: review } = operating
  try {
    return await inspector.inspect(source, { threshold, review, measured: 1 })
  } catch (cause) {
    if (cause instanceof InputError) throw cause
    throw failed(cause instanceof PlumblineError ? cause.message : 'the model could not judge it', cause)
  }
}

/** @throws {ProblemError} The signal has fired. */
function refuseLate({ aborted, reason }: AbortSignal): void {
  if (aborted) throw reason instanceof Error ? reason : tooLate()
}

export const tooLate = (): ProblemError =>
  new ProblemError({
    ...{ status: 504, code: 'TIMEOUT', state: 'timeout', retryAfter: 1 },
    detail: 'no verdict within the time that the station allows (--timeout): the part is not judged',
  })

const failed = (why: string, cause?: unknown): ProblemError =>
  new ProblemError(
    { status: 500, code: 'FAILED', state: 'failed', detail: `${why}: the part is not judged` },
    { cause },
  )

const withoutThreshold = ({ id }: LoadedModel): ProblemError =>
  new ProblemError({
    ...{ status: 409, code: 'NO_THRESHOLD', state: 'no-model' },
    detail: `model ${id} has no threshold: name one in the request, or propose and accept one for the station`,
  })
