/**
 * One part from its pictures to its answer: judged by the active model, recorded once however often it is asked, told to the line and to
 * whoever watches, and judged again in shadow where a second model runs.
 */
import { InputError, UsageError } from '../../errors.ts'
import type { Operating } from '../../evaluate/evaluate-fold.ts'
import { repeatKeyOf } from '../../records/inspections/repeat.ts'
import { newInspectionId } from '../../records/new-id.ts'
import type { RepeatKey } from '../../records/records.ts'
import type { InspectAnswer } from '../../wire/serve/inspect.ts'
import type { Judged as JudgedRecord, StationInspection } from '../../wire/station/inspection.ts'
import type { Unanswered } from '../../wire/station/verdict.ts'
import type { Context } from '../context.ts'
import type { LoadedModel } from '../models/loaded-model.ts'
import { withoutModel } from '../models/shelf.ts'
import { ProblemError, refused } from '../problem.ts'
import { filesOf, type RecordFacts, recordOf, retryOf, unansweredRecord } from '../recording/record-of.ts'
import { answerOf, mapsOf } from './answer.ts'
import type { Deadline } from './deadline.ts'
import { type Judged, judge } from './judge.ts'
import type { SentPart } from './read-body.ts'

export interface InspectPartOptions {
  readonly source: 'http' | 'watch'
  readonly deadline: Deadline
  /** `performance.now()` of when the request came. */
  readonly since: number
  /** Whether a part without a verdict is recorded and told to the line; default always. */
  readonly isTold?: (error: unknown) => boolean
}

export type InspectPart = (sent: SentPart, options: InspectPartOptions) => Promise<InspectAnswer>

/** Pictures of a part that wait for the model in shadow; more are left out, and counted. */
const mostInShadow = 16

export function createInspectPart(context: Context): InspectPart {
  const {
    shelf,
    turns,
    preparer,
    limits,
    metrics,
    line,
    recorder,
    thresholds,
    outputs,
    events,
    background,
    now,
    drift,
    log,
  } = context
  /** Requests that repeat each other wait for the first. */
  const underWay = new Map<string, Promise<unknown>>()
  let inShadow = 0

  const told = (inspection: StationInspection, judged: JudgedRecord): void => {
    if (!inspection.recorded) {
      metrics.unrecorded.inc()
      outputs?.tellUnrecorded(judged)
    } else outputs?.wake()
    events.tell({ kind: 'inspection', at: now().toISOString(), inspection })
  }
  const write = async (judged: JudgedRecord, files: Parameters<typeof recorder.record>[1]) => {
    const done = await recorder.record(judged, files, outputs?.lettersFor(judged) ?? [])
    if (done.isNew && judged.shadowOf === null) told(done.inspection, judged)
    return done
  }

  const judgeInShadow = (sent: SentPart, answered: StationInspection): void => {
    if (inShadow >= mostInShadow) {
      metrics.shadowSkipped.inc()
      return
    }
    const model = shelf.lease('shadow')
    if (model === null) return
    inShadow++
    background.run('a picture in shadow', async () => {
      const since = performance.now()
      try {
        const stored = thresholds.of(model)
        const { signal } = new AbortController()
        const common = { model, operating: stored, signal, turns, preparer, maximumPixels: limits.pixels }
        const judged = await judge(sent.pictures, { ...common, isPatient: true })
        const facts = factsOf(sent, answered.source, stored, since)
        await write(recordOf(judged, facts, answered.id), [])
      } finally {
        inShadow--
        model.release()
      }
    })
  }

  const factsOf = (
    { fields }: SentPart,
    source: 'http' | 'watch',
    stored: Operating | null,
    since: number,
  ): RecordFacts => {
    const time = now()
    return { id: newInspectionId(time), time, source, fields, stored, total: performance.now() - since }
  }

  /** What reached us and got no verdict is recorded and told to the line too: its fail-safe side depends on it. */
  const noteUnanswered = (
    error: unknown,
    sent: SentPart,
    model: LoadedModel | null,
    { source, since }: InspectPartOptions,
  ): void => {
    const outcome = outcomeOf(error)
    if (outcome === null) return
    const facts = factsOf(sent, source, model && thresholds.of(model), since)
    const judged = unansweredRecord(outcome, (error as Error).message, sent.pictures, facts, model)
    background.run('a part without a verdict', () => write(judged, []))
  }

  const judgeOnce = async (
    sent: SentPart,
    retry: RepeatKey,
    model: LoadedModel,
    options: InspectPartOptions,
  ): Promise<InspectAnswer> => {
    const { source, deadline, since } = options
    const { pictures, fields } = sent
    const known = await sameOrRefuse(recorder.findRepeat(retry))
    if (known !== undefined) return answerOf(known, { repeated: true, maps: [] })
    const stored = thresholds.of(model)
    const operating =
      fields.threshold === undefined ? stored : { threshold: fields.threshold, reviewThreshold: null }
    const judged = await judge(pictures, {
      ...{ model, operating, signal: deadline.signal, turns, preparer, maximumPixels: limits.pixels },
    })
    deadline.settle()
    const record = recordOf(judged, factsOf(sent, source, stored, since))
    const { inspection, isNew } = await sameOrRefuse(write(record, filesOf(judged, context.keep)))
    measure(judged, source, performance.now() - since)
    if (isNew) {
      judgeInShadow(sent, inspection)
      for (const alarm of drift.observe(new Date(inspection.time), judged)) {
        log.warn({ statistic: alarm.statistic, group: alarm.group }, 'the line has changed')
        events.tell({ kind: 'alarm', at: alarm.at, alarm })
      }
    }
    return answerOf(inspection, { repeated: !isNew, maps: await mapsOf(judged, fields.map) })
  }

  const measure = ({ verdict, milliseconds }: Judged, source: 'http' | 'watch', total: number): void => {
    line.took(milliseconds.infer)
    metrics.verdicts.inc({ verdict, source })
    for (const [stage, value] of Object.entries({ ...milliseconds, total }))
      metrics.seconds.observe({ stage }, value / 1000)
  }

  return async (sent, options) => {
    const model = shelf.lease('active')
    try {
      if (model === null) throw withoutModel()
      const retry = retryOf(sent.pictures, sent.fields, model)
      const key = repeatKeyOf(retry)
      while (key !== null && underWay.has(key))
        await options.deadline.race(Promise.resolve(underWay.get(key)))
      const work = judgeOnce(sent, retry, model, options)
      if (key !== null) {
        const done = work.catch(() => {}).finally(() => underWay.delete(key))
        underWay.set(key, done)
      }
      return await options.deadline.race(work)
    } catch (error) {
      if (options.isTold?.(error) ?? true) noteUnanswered(error, sent, model, options)
      throw error
    } finally {
      model?.release()
    }
  }
}

/** One key, two pictures: the client must not get the verdict of another part. */
async function sameOrRefuse<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof UsageError) throw refused(409, 'KEY_USED', error.message)
    throw error
  }
}

function outcomeOf(error: unknown): Unanswered | null {
  if (error instanceof InputError) return 'failed'
  if (!(error instanceof ProblemError)) return 'failed'
  return error.facts.state ?? null
}
