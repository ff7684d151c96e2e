/**
 * Watches what passes the line against its commissioning, part by part: whether the stream is still as it was, and what changed.
 *
 * The first parts are the reference: judged by the deployed model on this line. From then on each statistic of each part is ranked among
 * all before it (`bag.ts`), and a gambler bets that the ranks are no longer uniform (`betting.ts`). Each statistic has its share of
 * alpha (Bonferroni), so the chance that any of them ever raises an alarm while nothing changed is at most alpha.
 */
import { median } from '../../math/order-statistics.ts'
import { createRandom } from '../../math/random.ts'
import { present } from '../../present.ts'
import {
  type DriftAlarm,
  type DriftPoint,
  type DriftState,
  type DriftStatus,
  driftStateSchema,
} from '../../wire/station/drift.ts'
import { alarmFigures, alarmWords } from './alarm-words.ts'
import { addToBagInPlace, type Bag, emptyBag, medianOfBag } from './bag.ts'
import { betInPlace, evidenceOf, startWealth, type Wealth } from './betting.ts'
import { type Observation, type WatchedName, watched, watchedNames } from './statistics.ts'

/** What the false-alarm rate assumes. */
export const assumption =
  'While nothing changes, parts come in an order that says nothing about them: any order would be as likely. Shifts, lots or warm-up that ' +
  'repeat in time are a change too; commission over all that is normal, and show one image of each part.'

export const leastReference = 200
const recentParts = 50
const mostPoints = 400

export interface DriftOptions {
  /** Fingerprint of the model. */
  readonly model: string
  /** Chance of an alarm, ever, while nothing changes; default 0.01. */
  readonly alpha?: number
  /** Parts of the reference; at least and by default 200. */
  readonly reference?: number
  readonly seed?: number
}

export interface DriftWatch {
  /**
   * One image of a part. A part that comes twice in a row counts once.
   *
   * @param part - Its id, where known.
   * @returns Alarms that this part raised; each statistic raises one, once.
   * @throws {RangeError} A value that is not finite: leave such a part out.
   */
  observe(at: Date, observation: Observation, part?: string): readonly DriftAlarm[]
  status(): DriftStatus
  /** Evidence over time, thinned out evenly. */
  history(): readonly DriftPoint[]
  /** All there is to go on from; JSON. */
  state(): DriftState
}

interface Watched {
  readonly bag: Bag
  readonly wealth: Wealth
  highest: number
  referenceMedian: number | null
  readonly recent: number[]
}

export function startDriftWatch({
  model,
  alpha = 0.01,
  reference = leastReference,
  seed = 0,
}: DriftOptions): DriftWatch {
  if (!(alpha > 0 && alpha < 1))
    throw new RangeError(`alpha: expected a chance above 0 and below 1, got ${alpha}`)
  if (!(Number.isInteger(reference) && reference >= leastReference)) {
    throw new RangeError(`reference: expected at least ${leastReference} parts, got ${reference}`)
  }
  return resumeDriftWatch({
    version: 1,
    ...{ model, alpha, needed: reference, seed, parts: 0, from: null, to: null, lastPart: null },
    ...{ statistics: {}, alarms: [], points: [], stride: 1 },
  })
}

/** Goes on from {@link DriftWatch.state}, as if it had never stopped. @throws {ZodError} It is no such state. */
export function resumeDriftWatch(given: DriftState): DriftWatch {
  const state = driftStateSchema.parse(structuredClone(given))
  const { alpha, needed, seed, model, alarms } = state
  const alarmLevel = -Math.log10(alpha / watchedNames.length)
  let { parts, from, to, lastPart, points, stride } = state
  const statistics = new Map<WatchedName, Watched>(
    watchedNames.map((name) => [name, state.statistics[name] ?? startStatistic()]),
  )
  const random = createRandom(seed, 'drift')

  const watch = (name: WatchedName, each: Watched, value: number): number | undefined => {
    const isReference = parts < needed
    const rank = addToBagInPlace(each.bag, value, random.fork(name, parts).uniform())
    if (isReference) {
      if (parts === needed - 1) each.referenceMedian = medianOfBag(each.bag)
      return
    }
    betInPlace(each.wealth, rank)
    each.recent.push(value)
    if (each.recent.length > recentParts) each.recent.shift()
    const [before, evidence] = [each.highest, evidenceOf(each.wealth)]
    each.highest = Math.max(before, evidence)
    return before < alarmLevel && evidence >= alarmLevel ? evidence : undefined
  }
  const evidenceNow = (): Record<string, number> =>
    Object.fromEntries([...statistics].map(([name, { wealth }]) => [name, evidenceOf(wealth)]))

  return {
    observe(at, observation, part) {
      for (const name of watchedNames) {
        if (!Number.isFinite(observation[name]))
          throw new RangeError(`${name}: expected a finite number, got ${observation[name]}`)
      }
      if (part !== undefined && part === lastPart) return []
      lastPart = part ?? null
      const time = at.toISOString()
      if (parts < needed) {
        from ??= time
        to = time
      }
      const raised: DriftAlarm[] = []
      for (const [name, each] of statistics) {
        const evidence = watch(name, each, observation[name])
        if (evidence === undefined) continue
        const usual = present(each.referenceMedian, 'the median of a reference that is whole')
        const figures = alarmFigures(name, usual, median(each.recent))
        const watchedSince = parts - needed + 1
        raised.push({
          at: time,
          part: watchedSince,
          statistic: name,
          group: watched[name],
          evidence,
          alpha,
          words: alarmWords(name, figures),
          figures,
        })
      }
      parts++
      alarms.push(...raised)
      if (parts > needed && (parts - needed) % stride === 0) {
        points.push({ at: time, part: parts - needed, evidence: evidenceNow() })
        if (points.length > mostPoints) {
          stride *= 2
          points = points.filter((point) => point.part % stride === 0)
        }
      }
      return raised
    },
    status: () => ({
      reference: { parts: Math.min(parts, needed), needed, from, to },
      model,
      parts: Math.max(0, parts - needed),
      alpha,
      statistics: [...statistics].map(([name, { wealth, highest, referenceMedian, recent }]) => ({
        name,
        group: watched[name],
        evidence: evidenceOf(wealth),
        highest,
        alarmLevel,
        referenceMedian,
        recentMedian: recent.length === 0 ? null : median(recent),
      })),
      alarms: [...alarms],
      assumption,
    }),
    history: () => [...points],
    state: () =>
      structuredClone({
        version: 1,
        ...{ model, alpha, needed, seed, parts, from, to, lastPart, alarms, points, stride },
        statistics: Object.fromEntries(statistics),
      }),
  }
}

const startStatistic = (): Watched => ({
  bag: emptyBag(),
  wealth: startWealth(),
  highest: 0,
  referenceMedian: null,
  recent: [],
})
