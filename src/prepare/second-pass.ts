/** Second pass: the prepared images and masks are written, by what the first pass found. */
import { join } from 'node:path'
import { z } from 'zod'
import type { MaskSource } from '../dataset/sample.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'
import { type FoundImage, objectMaskPath } from './first-pass.ts'
import { hashOf } from './hash-of.ts'
import type { Outcome, WriteJob, Written } from './jobs.ts'
import { findKept, keep, keptPath, keyOf } from './kept-results.ts'
import type { OpenedSegmenter } from './open-segmenter.ts'
import type { Plan } from './plan-placement.ts'
import type { PrepareOptions } from './prepare-options.ts'
import type { SegmentRecord } from './segment-record.ts'

/** An image whose object was looked for and that has a place to go to. */
export interface PlannedImage extends FoundImage {
  readonly record: SegmentRecord
  readonly plan: Plan
}

const writtenSchema: z.ZodType<Written> = z.object({
  files: z.array(
    z.object({
      image: z.string(),
      mask: z.string().nullable(),
      foreground: z.string().nullable(),
      sha256: z.string(),
      tile: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).nullable(),
    }),
  ),
  defectKept: z.number().nullable(),
  notes: z.array(z.string()),
  isMaskUnusable: z.boolean(),
})

export interface SecondPass {
  readonly images: readonly PlannedImage[]
  readonly out: string
  readonly options: PrepareOptions
  readonly threads: number
}

/** @returns In the order given. @throws {CancelledError} What is done stays. @throws {InputError} The folder cannot be written. */
export async function writeImages(
  { images, out, options, threads }: SecondPass,
  segmenter: OpenedSegmenter,
  task: Task,
): Promise<Outcome<Written>[]> {
  const progress = task.progress('write', 'images')
  const outcomes: Outcome<Written>[] = []
  const passing = mapConcurrent(images, 2 * threads, async (image): Promise<Outcome<Written>> => {
    checkCancelled(task)
    const { sample, name, record, plan } = image
    const objectPath = record.object === null ? null : objectMaskPath(out, name)
    const job: WriteJob = {
      kind: 'write',
      path: sample.path,
      ...(sample.reading !== undefined && { reading: sample.reading }),
      out,
      name,
      objectPath,
      defect: sample.mask,
      foreground: sample.foreground,
      placement: plan.placement,
      blank: options.blank,
      tile: options.tile,
    }
    const { path: _, out: __, ...decisive } = job
    const object: MaskSource | null = objectPath === null ? null : { kind: 'file', path: objectPath }
    const sources = [image.sha256]
    for (const mask of [object, sample.mask, sample.foreground]) sources.push(await maskKey(mask))
    const key = keyOf(decisive, sources)
    const path = keptPath(out, name, 'write')
    const kept = await findKept(path, key, writtenSchema)
    if (kept !== undefined && (await areThere(out, kept))) return { ok: true, value: kept }
    const outcome = await segmenter.write(job)
    if (outcome.ok) await keep(path, key, outcome.value)
    return outcome
  })
  try {
    for await (const outcome of passing) {
      outcomes.push(outcome)
      progress.update(outcomes.length, images.length)
    }
  } finally {
    progress.end()
  }
  return outcomes
}

/** Hash of a mask's file; the reason where it cannot be read. */
async function maskKey(source: MaskSource | null): Promise<string> {
  if (source === null) return 'none'
  const hash = await hashOf(source.path)
  return hash.ok ? hash.value : hash.reason
}

/** Whether the images are as they were written and the masks exist. */
async function areThere(out: string, { files }: Written): Promise<boolean> {
  for (const { image, mask, foreground, sha256 } of files) {
    const hash = await hashOf(join(out, image))
    if (!hash.ok || hash.value !== sha256) return false
    for (const path of [mask, foreground])
      if (path !== null && !(await hashOf(join(out, path))).ok) return false
  }
  return true
}
