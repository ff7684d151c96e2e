/**
 * `background.reliance`: does the verdict come from the background? A husky before snow is a wolf.
 *
 * Good parts are put before the backgrounds of defective ones and, as a control with the same cut edges, before those of other good
 * ones. If the background says nothing, either is as likely to score higher: a paired randomisation test. What it is worth is told
 * in shares of the difference between good and defective parts.
 *
 * Source of the question: Ribeiro et al. 2016, "Why Should I Trust You?", section 6.4.
 */
import type { Perturb } from '../../../backbone/perturb-vision.ts'
import { clusteredAurocInterval } from '../../../evaluate/clustered-intervals.ts'
import { auroc } from '../../../evaluate/metrics/roc.ts'
import type { Image, Mask, PreparedImage } from '../../../image/image.ts'
import { tQuantile } from '../../../math/distributions.ts'
import { mustGet } from '../../../present.ts'
import type { Task } from '../../../task.ts'
import type { GuardrailPicture } from '../../../wire/guardrail-report.ts'
import type { Answer, Guardrail } from '../../contract.ts'
import { percent, percentWithin } from '../figure-text.ts'
import type { FittedRun, JudgedImage } from '../fitted-run.ts'
import { pictureRows } from '../picture-rows.ts'
import { rescore } from '../rescore.ts'
import { signFlipTest } from '../sign-flip.ts'
import { unitMean } from '../unit-mean.ts'
import { choosePairs, type Pair } from './choose-pairs.ts'
import { blankObject, exchangeBackground } from './exchange-background.ts'
import { massOutside, meanMap } from './mass-outside.ts'

const id = 'background.reliance'

/** Of the paired test. */
const alpha = 0.01
/** Share of the difference between good and defective parts that the background must explain: less is not worth a warning. */
const [notable, grave] = [0.1, 0.5]
/** Units without which the test cannot reach alpha (2^-7). */
const fewestUnits = 7

export const backgroundReliance: Guardrail<FittedRun> = {
  id,
  question: 'Does the verdict come from the background instead of the part?',
  async run(run, task): Promise<Answer> {
    if (typeof run.objects === 'string') return { kind: 'skipped', reason: run.objects }
    const chosen = await choosePairs(run, run.objects, task)
    if (typeof chosen === 'string') return { kind: 'skipped', reason: chosen }
    const { pairs, objects } = chosen
    const units = new Set(pairs.map(({ good }) => good.unit)).size
    if (units < fewestUnits)
      return {
        kind: 'skipped',
        reason: `${units} pairs of a good and a defective part can be exchanged, it takes ${fewestUnits}: more parts, framed alike`,
      }
    const gap = mean(pairs.map(({ bad }) => bad.score)) - mean(pairs.map(({ good }) => good.score))
    if (!(gap > 0))
      return {
        kind: 'skipped',
        reason:
          'defective parts do not score higher than good ones, so there is no difference that the background could explain',
      }

    const before = await exchangeAll(run, pairs, task)
    const whole = pairs.map((_, i) =>
      Object.values(before).every((scores: Float64Array) => !Number.isNaN(scores[i])),
    )
    if (whole.includes(false))
      return { kind: 'skipped', reason: 'some exchanged pictures could not be scored' }
    const rises = unitMean(
      pairs.map(({ good }) => good.unit),
      pairs.map((_, i) => before.goodOnBad[i]! - before.goodOnGood[i]!),
    )
    const escapes = unitMean(
      pairs.map(({ bad }) => bad.unit),
      pairs.map((_, i) => before.badOnBad[i]! - before.badOnGood[i]!),
    )
    const pValue = signFlipTest(rises, run.randomOf(id))
    const reliance = mean(rises) / gap
    const interval = meanInterval(rises).map((bound) => bound / gap) as [number, number]
    const { threshold } = run
    const rejected = (scores: Float64Array): number | null =>
      threshold === null ? null : mean([...scores].map((score) => Number(score >= threshold)))
    const evidence = {
      pairs: pairs.length,
      masksGiven: run.objects.areGiven,
      reliance,
      ci: interval,
      pValue,
      relianceOfDefectiveParts: mean(escapes) / gap,
      goodRejectedBeforeDefectiveBackground: rejected(before.goodOnBad),
      goodRejectedBeforeGoodBackground: rejected(before.goodOnGood),
      defectiveRejectedBeforeDefectiveBackground: rejected(before.badOnBad),
      defectiveRejectedBeforeGoodBackground: rejected(before.badOnGood),
      ...(await withoutObject(run, objects, task)),
      massOutsideObject: outsideOf(run, pairs, objects),
    }
    const pictures = [await drawPairs(run, pairs, task)]
    if (!(pValue < alpha && reliance >= notable)) return { kind: 'passed', pictures }
    const rates =
      evidence.goodRejectedBeforeDefectiveBackground === null
        ? ''
        : `: good parts before it are rejected in ${percent(evidence.goodRejectedBeforeDefectiveBackground)} of cases, before another good part's background in ${percent(evidence.goodRejectedBeforeGoodBackground)}`
    return {
      kind: 'found',
      pictures,
      findings: [
        {
          id,
          severity: reliance >= grave ? 'error' : 'warning',
          title: `The background of defective parts explains ${percentWithin(reliance, interval)} of the difference between good and defective${rates}.`,
          evidence,
          remedy:
            'Photograph good and defective parts at the same place, on the same day, mixed. Where that is too late, cut the parts out ' +
            '(`plumbline prepare DATASET --out DIR --blank white`) and evaluate again: what is then left of the figures is the detector.',
        },
      ],
    }
  },
}

interface Exchanged {
  readonly goodOnBad: Float64Array
  readonly goodOnGood: Float64Array
  readonly badOnBad: Float64Array
  readonly badOnGood: Float64Array
}

async function exchangeAll(run: FittedRun, pairs: readonly Pair[], task: Task): Promise<Exchanged> {
  const pictures = await picturesOf(
    run,
    pairs.flatMap(({ good, bad, otherGood, otherBad }) => [good, bad, otherGood, otherBad]),
    task,
  )
  const exchange = (own: 'good' | 'bad', other: 'good' | 'bad' | 'otherGood' | 'otherBad') => {
    const backgrounds = new Map(
      pairs.map((pair) => [
        pair[own].sample.path,
        {
          other: mustGet(pictures, pair[other].sample.id),
          kept: own === 'good' ? pair.keptOfGood : pair.keptOfBad,
        },
      ]),
    )
    const perturb: Perturb = (image, { path }) => exchangeBackground(image, mustGet(backgrounds, path))
    return rescore(
      run,
      pairs.map((pair) => pair[own].sample),
      perturb,
      task,
    )
  }
  return {
    goodOnBad: await exchange('good', 'bad'),
    goodOnGood: await exchange('good', 'otherGood'),
    badOnBad: await exchange('bad', 'otherBad'),
    badOnGood: await exchange('bad', 'good'),
  }
}

/** Images with the object blanked: no better than chance, if the object was what it went by. */
async function withoutObject(
  run: FittedRun,
  objects: ReadonlyMap<string, Mask>,
  task: Task,
): Promise<Record<string, unknown>> {
  const images = run.judged.filter(({ sample }) => objects.has(sample.id))
  const byPath = new Map(images.map(({ sample }) => [sample.path, mustGet(objects, sample.id)]))
  const scores = await rescore(
    run,
    images.map(({ sample }) => sample),
    (image, { path }) => blankObject(image, mustGet(byPath, path)),
    task,
  )
  const kept = [...images.keys()].filter((i) => !Number.isNaN(scores[i]!))
  const rows = {
    scores: Float64Array.from(kept, (i) => scores[i]!),
    labels: Uint8Array.from(kept, (i) => Number(images[i]!.sample.label === 'anomalous')),
    clusters: kept.map((i) => images[i]!.unit),
  }
  return {
    aurocWithObjectBlanked: auroc(rows.scores, rows.labels),
    aurocWithObjectBlankedCi: clusteredAurocInterval(rows),
  }
}

/** Mean over the defective images that lie as the good ones do. */
function outsideOf(
  run: FittedRun,
  pairs: readonly Pair[],
  objects: ReadonlyMap<string, Mask>,
): number | null {
  const usual = meanMap(run.judged.filter(({ sample }) => sample.label === 'nominal'))
  const shares = pairs.flatMap(({ bad }) => massOutside(bad, usual, mustGet(objects, bad.sample.id)) ?? [])
  return shares.length === 0 ? null : mean(shares)
}

async function picturesOf(
  { held }: FittedRun,
  images: readonly JudgedImage[],
  task: Task,
): Promise<ReadonlyMap<string, PreparedImage>> {
  const distinct = [...new Map(images.map((image) => [image.sample.id, image])).values()]
  const pictures = new Map<string, PreparedImage>()
  let i = 0
  for await (const outcome of held.images(
    distinct.map(({ sample }) => sample),
    task,
  )) {
    const { sample } = distinct[i++]!
    if (outcome.ok) pictures.set(sample.id, outcome.value)
  }
  return pictures
}

/** The first few: a good part, before the background of a defective one, and the defective one. */
async function drawPairs(run: FittedRun, pairs: readonly Pair[], task: Task): Promise<GuardrailPicture> {
  const shown = pairs.slice(0, 4)
  const pictures = await picturesOf(
    run,
    shown.flatMap(({ good, bad }) => [good, bad]),
    task,
  )
  const rows = shown.map(({ good, bad, keptOfGood, keptOfBad }): readonly Image[] => {
    const [own, other] = [mustGet(pictures, good.sample.id), mustGet(pictures, bad.sample.id)]
    return [
      own,
      exchangeBackground(own, { other, kept: keptOfGood }),
      other,
      exchangeBackground(other, { other: own, kept: keptOfBad }),
    ]
  })
  return pictureRows(
    id,
    'Exchanged backgrounds, a pair in each row: a good part; the same before the background of a defective one; that defective part; the same before the background of the good one.',
    rows,
    112,
  )
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** 95 %, Student's t. */
function meanInterval(values: readonly number[]): readonly [number, number] {
  const centre = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  const error = Math.sqrt(squares / (values.length - 1) / values.length)
  const half = tQuantile(0.975, values.length - 1) * error
  return [centre - half, centre + half]
}
