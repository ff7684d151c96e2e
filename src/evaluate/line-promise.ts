/**
 * What the line really does, as far as people have looked, beside what the model's card promised.
 *
 * Only part of the parts is reviewed, and not at random: the sampling rule shows some verdicts more often than others. Parts of one
 * verdict under one rule are a stratum of known size, from which the rule draws each part with the same chance: within it the reviewed
 * share of defects estimates the whole, and the strata add up to the line (stratified estimation, Cochran 1977, "Sampling Techniques",
 * chapter 5; the Horvitz-Thompson estimator with the chances as they turned out).
 */

import { groupBy } from '../math/group-by.ts'
import type { EvaluatedModel } from '../wire/model.ts'
import type { LinePromise, PromiseStratum, RealFigure, Unseen } from '../wire/station/promise.ts'
import { clopperPearson } from './intervals/clopper-pearson.ts'

const confidence = 0.95

export interface PromiseRequest {
  /** Fingerprint of the model. */
  readonly model: string
  readonly from: Date | null
  readonly to: Date | null
  readonly strata: readonly PromiseStratum[]
  /** Null for a model that nobody has evaluated. */
  readonly card: EvaluatedModel | null
}

/** Number of defective parts of a stratum: what is known, and what is not yet excluded. */
interface Defects {
  readonly stratum: PromiseStratum
  /** Null where nobody has looked yet. */
  readonly estimate: number | null
  readonly low: number
  readonly high: number
}

export function promiseOf({ model, from, to, strata, card }: PromiseRequest): LinePromise {
  const unsettled = strata.filter(({ judged, nominal, anomalous }) => nominal + anomalous < judged).length
  // Each interval holds with so much confidence that all hold together with 95 % (Bonferroni).
  const level = 1 - (1 - confidence) / Math.max(1, unsettled)
  const defects = strata.map((stratum) => defectsOf(stratum, level))
  const judged = sum(strata.map((stratum) => stratum.judged))
  const unseen = unseenOf(strata)
  const missing = missingWords(strata, unseen)
  /** Monotone in each stratum: least and largest where all are at the end that leads there. */
  const figure = (
    of: (counts: readonly number[]) => number,
    isRising: (stratum: PromiseStratum) => boolean,
  ): RealFigure => {
    const estimates = defects.map(({ estimate }) => estimate)
    const known = estimates.filter((estimate) => estimate !== null)
    const end = (isHigh: boolean) =>
      of(defects.map(({ stratum, low, high }) => (isRising(stratum) === isHigh ? high : low)))
    const estimate = known.length === estimates.length && judged > 0 ? finite(of(known)) : null
    return {
      estimate,
      interval: judged === 0 ? [null, null] : [finite(end(false)) ?? 0, finite(end(true)) ?? 1],
      missing:
        estimate === null ? (missing ?? 'no part of the kind that the rate is of has been seen yet') : null,
    }
  }
  const passes = ({ verdict }: PromiseStratum): boolean => verdict === 'nominal'
  const isRejected = ({ verdict }: PromiseStratum): boolean => verdict === 'anomalous'
  const share = (counts: readonly number[], among: (stratum: PromiseStratum) => boolean): number =>
    sum(counts.filter((_, i) => among(strata[i]!)))
  const good = (counts: readonly number[]): number[] => counts.map((count, i) => strata[i]!.judged - count)
  return {
    from: from?.toISOString() ?? null,
    to: to?.toISOString() ?? null,
    model,
    judged,
    reviewed: sum(strata.map(({ nominal, anomalous }) => nominal + anomalous)),
    strata: [...strata],
    unseen,
    escapeRate: figure((counts) => share(counts, passes) / sum(counts), passes),
    overkillRate: figure(
      (counts) => share(good(counts), isRejected) / sum(good(counts)),
      (stratum) => !isRejected(stratum),
    ),
    per1000: {
      escapes: figure(
        (counts) => (1000 * share(counts, passes)) / judged,
        () => true,
      ),
      rejected: figure(
        (counts) => (1000 * share(good(counts), isRejected)) / judged,
        () => false,
      ),
      anomalous: figure(
        (counts) => (1000 * sum(counts)) / judged,
        () => true,
      ),
    },
    promised: card && {
      figures: card.figures,
      per1000: card.per1000,
      level: card.level,
      holdsFor: card.holdsFor,
    },
    method: [...method, ...unsureWords(strata)],
  }
}

const method = [
  'Parts of one verdict under one sampling rule are estimated together from those that people decided; the numbers of all add up to the line.',
  'The intervals hold together with 95 %: Clopper-Pearson within each verdict and rule, with Bonferroni over them, and never outside what is counted already. They are wide rather than wrong.',
  'Parts that somebody picked by hand are left out: nobody knows the chance with which they were picked.',
  'It assumes that those of the chosen parts that are decided so far are like those that wait: work the queue off in its order.',
]

function defectsOf(stratum: PromiseStratum, level: number): Defects {
  const { judged, nominal, anomalous } = stratum
  const reviewed = nominal + anomalous
  if (reviewed === 0) return { stratum, estimate: null, low: 0, high: judged }
  const [low, high] = clopperPearson(anomalous, reviewed, level)
  return {
    stratum,
    estimate: (judged * anomalous) / reviewed,
    low: Math.max(anomalous, judged * low),
    high: Math.min(judged - nominal, judged * high),
  }
}

function unseenOf(strata: readonly PromiseStratum[]): Unseen[] {
  const undecided = strata.filter(({ nominal, anomalous }) => nominal + anomalous === 0)
  return [...groupBy(undecided, ({ verdict }) => verdict)].map(([verdict, of]) => ({
    verdict,
    judged: sum(of.map((stratum) => stratum.judged)),
    chosen: sum(of.map((stratum) => stratum.chosen)),
  }))
}

function missingWords(strata: readonly PromiseStratum[], unseen: readonly Unseen[]): string | null {
  if (strata.length === 0) return 'no part has been judged yet'
  if (unseen.length === 0) return null
  const words = unseen.map(({ verdict, judged, chosen }) => {
    const todo =
      chosen === 0 ? 'the sampling rule shows none: raise its share' : `${chosen} wait in the queue`
    return `none of ${judged} parts with the verdict ${verdict} has been decided (${todo})`
  })
  return words.join('; ')
}

function unsureWords(strata: readonly PromiseStratum[]): string[] {
  const unsure = sum(strata.map((stratum) => stratum.unsure))
  return unsure === 0
    ? []
    : [
        `Reviewed parts that nobody could tell (${unsure}) are taken to be like the others of their verdict: ask a second opinion.`,
      ]
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
