/**
 * A dataset prepared: objects found, one canvas for all, images and masks written, and what is known about each put together.
 *
 * Two passes, because the canvas depends on every object: the first looks at every photograph, the second writes. Both hold a few
 * images at a time, whatever their number, and both go on where an earlier run was stopped. No sample is lost: it is in the output,
 * marked where something is wrong with it, or in the list of failures.
 */

import type { Sample } from '../dataset/sample.ts'
import { InputError } from '../errors.ts'
import { upperMedian } from '../math/order-statistics.ts'
import { mustGet } from '../present.ts'
import type { Task } from '../task.ts'
import type { Mark, PreparedRecord } from '../wire/preparation.ts'
import { type FoundImage, findObjects } from './first-pass.ts'
import type { Written } from './jobs.ts'
import { type Judged, judgeMasks, suspicionOf } from './judge-masks.ts'
import { keepScenes } from './keep-scenes.ts'
import { openSegmenter } from './open-segmenter.ts'
import { outputNames } from './output-names.ts'
import { type Canvas, planCanvas } from './plan-canvas.ts'
import { planPlacement } from './plan-placement.ts'
import { checkPrepareOptions, type PrepareOptions } from './prepare-options.ts'
import { angleColumnOf, previousAngles } from './previous-angles.ts'
import { type PlannedImage, writeImages } from './second-pass.ts'
import type { SegmentRecord } from './segment-record.ts'
import { clusterViews, type Views } from './views/cluster-views.ts'

export interface SamplesRequest {
  readonly samples: readonly Sample[]
  /** Folder to fill; files of an earlier run with the same options are used again. */
  readonly out: string
  readonly options: PrepareOptions
  readonly threads: number
}

export interface PreparedSample {
  readonly sample: Sample
  readonly record: PreparedRecord
}

export interface PreparationFailure {
  readonly path: string
  readonly mark: Mark
  readonly reason: string
}

export interface PreparedSamples {
  /** In the order of the samples. */
  readonly prepared: readonly PreparedSample[]
  readonly failures: readonly PreparationFailure[]
  /** Null without `--center`. */
  readonly canvas: Canvas | null
  readonly segmenter: Readonly<Record<string, unknown>>
  /** Objects have a heavy end, which is down in all of them. */
  readonly heavyEndDown: boolean
  /** Null where an angle is known, or where views cannot be told apart. */
  readonly views: NamedViews | null
}

export interface NamedViews extends Views {
  /** Name of an image's view by its id; images without an object have none. */
  readonly nameOf: ReadonlyMap<string, string>
  /** Ids of the views' examples. */
  readonly examples: readonly string[]
}

/** Skewness from which an object has a heavy end, so that all can be turned the same way up. */
const decisiveSkew = 0.15

/**
 * @throws {UsageError} Options that have no effect together.
 * @throws {InputError} No image can be read, no object is found in any, or the folder cannot be written.
 * @throws {CancelledError} The signal fired; what is done stays.
 */
export async function prepareSamples(request: SamplesRequest, task: Task): Promise<PreparedSamples> {
  const { samples, out, options, threads } = request
  checkPrepareOptions(options)
  const names = outputNames(samples)
  const segmenter = await openSegmenter(samples, options, threads, task)
  try {
    const { rotateUpright } = options
    const wantsLook = options.segmenter !== 'none' && angleColumnOf(samples) === null
    const first = { samples, names, out, threads, wantsTurn: rotateUpright, wantsLook }
    const found = await findObjects(first, segmenter, task)
    const failures = found.flatMap(({ sample, outcome }) =>
      outcome.ok ? [] : [{ path: sample.path, mark: 'unreadable' as Mark, reason: outcome.reason }],
    )
    const readable = found.flatMap((image) =>
      image.outcome.ok ? [{ ...image, record: image.outcome.value }] : [],
    )
    checkSomething(readable, failures, request)

    const judged = judge(readable, options)
    const canvas = canvasFor(readable, options)
    // NaN where nothing was turned, which is not above the limit.
    const isHeavyEnded = rotateUpright && upperMedian(skews(readable).map(Math.abs)) > decisiveSkew
    const planned = readable.map((image): PlannedImage => {
      const skew = image.record.object?.turn?.skew ?? 0
      return { ...image, plan: planPlacement(image.record, options, canvas, isHeavyEnded && skew < 0) }
    })
    const tileable = planned.filter(({ sample }) => !isUntileable(sample, options))
    for (const { sample } of planned.filter(({ sample }) => isUntileable(sample, options))) {
      const reason = 'is anomalous and has no mask, so that no tile of it has a label'
      failures.push({ path: sample.path, mark: 'tile-without-mask', reason })
    }
    const outcomes = await writeImages({ images: tileable, out, options, threads }, segmenter, task)
    const judgements = new Map(readable.map(({ sample }, i) => [sample.id, judged[i]!]))
    const prepared: PreparedSample[] = []
    for (const [i, outcome] of outcomes.entries()) {
      const image = tileable[i]!
      if (!outcome.ok) failures.push({ path: image.sample.path, mark: 'unreadable', reason: outcome.reason })
      else
        prepared.push({
          sample: image.sample,
          record: recordOf(image, outcome.value, mustGet(judgements, image.sample.id), options),
        })
    }
    const views = wantsLook ? nameViews(readable) : null
    await keepScenes(out, segmenter)
    return {
      ...{ prepared, failures, canvas, views },
      segmenter: segmenter.detail,
      heavyEndDown: isHeavyEnded,
    }
  } finally {
    await segmenter.close()
  }
}

interface Readable extends FoundImage {
  readonly record: SegmentRecord
}

function nameViews(readable: readonly Readable[]): NamedViews | null {
  const seen = readable.flatMap(({ sample, record: { object, looks } }) =>
    object === null ? [] : [{ id: sample.id, silhouette: object.facts.silhouette, looks }],
  )
  const found = clusterViews(seen)
  if (found === null) return null
  const nameOf = new Map(seen.map(({ id }, i) => [id, found.views[found.viewOf[i]!]!.name]))
  return { ...found, nameOf, examples: found.views.map(({ example }) => seen[example]!.id) }
}

/** @throws {InputError} There is nothing to prepare, or nothing was found anywhere. */
function checkSomething(
  readable: readonly Readable[],
  failures: readonly PreparationFailure[],
  { samples, options }: SamplesRequest,
): void {
  if (readable.length === 0) {
    const { path, reason } = failures[0]!
    throw new InputError(path, `${reason}; none of ${samples.length} images can be read`)
  }
  if (options.segmenter !== 'none' && readable.every(({ record }) => record.object === null)) {
    throw new InputError(
      readable[0]!.sample.path,
      `no object was found in it, nor in any other of ${readable.length} images: is there one, and is --segmenter ${options.segmenter} right for them?`,
    )
  }
}

const isUntileable = ({ label, mask }: Sample, { tile }: PrepareOptions): boolean =>
  tile !== null && label === 'anomalous' && mask === null

/** Below it the embedded segmenter should be looked after. Scores of a detector are no such shares: 0.4 may be the best there is. */
const unsureBelow = 0.6

function judge(readable: readonly Readable[], { segmenter }: PrepareOptions): Judged[] {
  const silhouettes = new Map(
    readable.map(({ sample, record }) => [sample.id, record.object?.facts.silhouette]),
  )
  const previous = previousAngles(readable.map(({ sample }) => sample))
  return judgeMasks(
    readable.map(({ sample, record }) => ({
      record,
      previous: silhouettes.get(previous.get(sample.id) ?? '') ?? null,
    })),
    { unsureBelow: segmenter === 'grounded-sam' ? null : unsureBelow },
  )
}

function canvasFor(readable: readonly Readable[], { center, canvas, margin }: PrepareOptions): Canvas | null {
  if (!center) return null
  const objects = readable.flatMap(({ sample, record: { object } }) => {
    const box = object?.turn?.box ?? object?.facts.box
    return box === undefined ? [] : [{ id: sample.id, width: box.width, height: box.height }]
  })
  return planCanvas(objects, margin, canvas)
}

const skews = (readable: readonly Readable[]): number[] =>
  readable.flatMap(({ record }) => record.object?.turn?.skew ?? [])

/** Shares of a defect that are kept: below these it is lost, or cut. An outline that runs through a defect a pixel off cuts nothing. */
const defectLost = 0.5
const defectCut = 0.95

function recordOf(
  { sample, sha256, record, plan }: PlannedImage,
  written: Written,
  judged: Judged,
  options: PrepareOptions,
): PreparedRecord {
  const marks: Mark[] = options.segmenter === 'none' ? [] : [...judged.marks]
  if (plan.isCut) marks.push('larger-than-canvas')
  if (options.rotateUpright && record.object !== null && record.object.turn === null)
    marks.push('axis-unclear')
  const { defectKept } = written
  if (written.isMaskUnusable) marks.push('mask-unusable')
  if (defectKept !== null && defectKept < defectLost) marks.push('defect-lost')
  else if (defectKept !== null && defectKept < defectCut) marks.push('defect-cut')
  return {
    source: sample.id,
    input: { path: sample.path, sha256, ...record.size },
    outputs: [...written.files],
    box: plan.box,
    placement: { size: plan.placement.size, toSource: [...plan.placement.toSource] },
    confidence: record.confidence,
    quality: judged.quality,
    defectKept,
    marks,
    suspicion: suspicionOf(marks, options.segmenter === 'none' ? 0 : judged.oddness),
    notes: [...record.notes, ...written.notes],
  }
}
