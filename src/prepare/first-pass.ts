/** First pass: every photograph is looked at once, and its object found. Nothing is written yet but masks in photograph coordinates. */
import { join } from 'node:path'
import type { Sample } from '../dataset/sample.ts'
import { mustGet } from '../present.ts'
import { checkCancelled, mapConcurrent, type Progress, type Task } from '../task.ts'
import { hashOf } from './hash-of.ts'
import type { Outcome } from './jobs.ts'
import { findKept, keep, keptPath, keyOf } from './kept-results.ts'
import type { OpenedSegmenter } from './open-segmenter.ts'
import { type SegmentRecord, segmentRecordJson, segmentRecordSchema } from './segment-record.ts'

export interface FoundImage {
  readonly sample: Sample
  readonly name: string
  /** Of the photograph's file; empty where it cannot be read. */
  readonly sha256: string
  readonly outcome: Outcome<SegmentRecord>
}

export interface FirstPass {
  readonly samples: readonly Sample[]
  readonly names: ReadonlyMap<string, string>
  readonly out: string
  readonly wantsTurn: boolean
  readonly wantsLook: boolean
  readonly threads: number
}

/** Mask of the object in the photograph, for people to look at and to mend. */
export const objectMaskPath = (out: string, name: string): string => join(out, 'objects', `${name}.png`)

/** @returns In the order of the samples. @throws {CancelledError} What is done stays. */
export async function findObjects(
  { samples, names, out, wantsTurn, wantsLook, threads }: FirstPass,
  segmenter: OpenedSegmenter,
  task: Task,
): Promise<FoundImage[]> {
  let progress: Progress | undefined // from the first image on: what the segmenter learns before it has its own
  const found: FoundImage[] = []
  const passing = mapConcurrent(samples, 2 * threads, async (sample): Promise<FoundImage> => {
    checkCancelled(task)
    const name = mustGet(names, sample.id)
    const hash = await hashOf(sample.path)
    if (!hash.ok) return { sample, name, sha256: '', outcome: hash }
    const maskPath = objectMaskPath(out, name)
    const reading = sample.reading === undefined ? {} : { reading: sample.reading }
    const key = keyOf(
      segmenter.key,
      await segmenter.keyOf(sample),
      hash.value,
      wantsTurn,
      wantsLook,
      ...Object.values(reading),
    )
    const path = keptPath(out, name, 'segment')
    const kept = await findKept(path, key, segmentRecordSchema)
    if (kept !== undefined && (kept.object === null || (await hashOf(maskPath)).ok)) {
      return { sample, name, sha256: hash.value, outcome: { ok: true, value: kept } }
    }
    const job = {
      kind: 'segment',
      path: sample.path,
      ...reading,
      given: segmenter.givenOf(sample),
      maskPath,
      wantsTurn,
      wantsLook,
    } as const
    const outcome = await segmenter.segment(job)
    if (outcome.ok) await keep(path, key, segmentRecordJson(outcome.value))
    return { sample, name, sha256: hash.value, outcome }
  })
  try {
    for await (const each of passing) {
      found.push(each)
      progress ??= task.progress('find objects', 'images')
      progress.update(found.length, samples.length)
    }
  } finally {
    progress?.end()
  }
  return found
}
