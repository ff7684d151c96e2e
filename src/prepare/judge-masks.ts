/**
 * Which masks a person should look at: those unlike the others of the dataset, by robust measures, and those that say so themselves.
 */
import { upperMedian } from '../math/order-statistics.ts'
import type { Mark, MaskQuality } from '../wire/preparation.ts'
import { marks as markTable } from '../wire/preparation.ts'
import { silhouetteDistance } from './measure-mask.ts'
import type { SegmentRecord } from './segment-record.ts'

export interface Judged {
  readonly quality: MaskQuality | null
  readonly marks: readonly Mark[]
  /** How far it stands out from the others, 0..1 exclusive. */
  readonly oddness: number
}

export interface JudgedImage {
  readonly record: SegmentRecord
  /** Silhouette of the same part at the angle before; null where there is none. */
  readonly previous: Uint8Array | null
}

/** How confidence is to be read. */
export interface Confidence {
  /** An image below it is marked; null where only the other images say what is low. */
  readonly unsureBelow: number | null
}

/** Robust standard deviations from the median beyond which an image is marked: 1 in 10,000 of a normal distribution. */
const outlying = 4
/** Fewer images say nothing about what is usual. */
const leastForUsual = 8
/** One hole more or less is nothing, three are: counts are seldom spread at all. */
const leastCountSpread = 0.6
/** Scores of one and the same object differ by as much from view to view. */
const leastConfidenceSpread = 0.03

/** @returns In the order given. */
export function judgeMasks(images: readonly JudgedImage[], { unsureBelow }: Confidence): Judged[] {
  const found = images.flatMap(({ record }) =>
    record.object === null ? [] : [record.object.facts.silhouette],
  )
  const typical = found.length < leastForUsual ? null : middleSilhouette(found)
  const facts = images.map(({ record, previous }) => {
    const object = record.object?.facts
    if (object === undefined) return null
    return {
      area: object.pixels / (record.size.width * record.size.height),
      border: object.border,
      pieces: object.pieces,
      holes: object.holes,
      solidity: object.solidity,
      fromTypical: typical && silhouetteDistance(object.silhouette, typical),
      fromPrevious: previous && silhouetteDistance(object.silhouette, previous),
    }
  })
  const usual = (pick: (quality: MaskQuality) => number | null, leastSpread = 0): Usual =>
    usualOf(
      facts.flatMap((quality) => (quality === null ? [] : (pick(quality) ?? []))),
      leastSpread,
    )
  const usuals = {
    area: usual(({ area }) => Math.log(area)),
    typical: usual(({ fromTypical }) => fromTypical),
    previous: usual(({ fromPrevious }) => fromPrevious),
    solidity: usual(({ solidity }) => solidity),
    holes: usual(({ holes }) => holes, leastCountSpread),
    pieces: usual(({ pieces }) => pieces, leastCountSpread),
  }
  const usualConfidence = usualOf(
    images.flatMap(({ record }) => record.confidence ?? []),
    leastConfidenceSpread,
  )
  const isUnsure = ({ confidence }: SegmentRecord): boolean =>
    confidence !== null &&
    (unsureBelow === null ? -usualConfidence(confidence) > outlying : confidence < unsureBelow)
  return images.map(({ record }, i) => {
    const quality = facts[i]!
    if (quality === null) return { quality, marks: ['nothing-found'], oddness: 0.999 }
    const distances: Readonly<Partial<Record<Mark, number>>> = {
      'unusual-area': Math.abs(usuals.area(Math.log(quality.area))),
      'unusual-shape': quality.fromTypical === null ? 0 : usuals.typical(quality.fromTypical),
      jump: quality.fromPrevious === null ? 0 : usuals.previous(quality.fromPrevious),
      frayed: Math.max(
        -usuals.solidity(quality.solidity),
        usuals.holes(quality.holes),
        usuals.pieces(quality.pieces),
      ),
    }
    const marks = Object.entries(distances)
      .filter(([, distance]) => distance > outlying)
      .map(([mark]) => mark as Mark)
    if (record.objects > 1) marks.push('several-objects')
    if (quality.border > 0) marks.push('touches-border')
    if (isUnsure(record)) marks.push('unsure')
    const worst = Math.max(0, ...Object.values(distances))
    return { quality, marks, oddness: worst / (worst + outlying) }
  })
}

/** 10 for each error, 1 for each warning, and below 1 how far the image stands out; three decimals. */
export function suspicionOf(marks: readonly Mark[], oddness: number): number {
  const severities = marks.map((mark) => markTable[mark].severity)
  const sum = severities.reduce((total, severity) => total + (severity === 'error' ? 10 : 1), 0)
  return Math.round(1000 * (sum + Math.min(0.999, oddness))) / 1000
}

/** Distance from the median in robust standard deviations, signed. */
type Usual = (value: number) => number

function usualOf(values: readonly number[], leastSpread: number): Usual {
  if (values.length < leastForUsual) return () => 0
  const middle = upperMedian(values)
  // 1.4826: the median deviation of a normal distribution is 0.6745 of its standard deviation. No spread at all is taken for a little.
  const spread = 1.4826 * upperMedian(values.map((value) => Math.abs(value - middle)))
  const least = Math.max(leastSpread, 0.01 * Math.max(1, Math.abs(middle)))
  return (value) => (value - middle) / Math.max(spread, least)
}

/** Mean of every square; where views differ, it is soft there and holds the difference against nobody. */
function middleSilhouette(silhouettes: readonly Uint8Array[]): Float32Array {
  const mean = new Float32Array(silhouettes[0]!.length)
  for (const silhouette of silhouettes) {
    for (let i = 0; i < mean.length; i++) mean[i]! += silhouette[i]! / silhouettes.length
  }
  return mean
}
