/** What the masks of a dataset mean, agreed over all of them before one is used; what was decided is said. */
import type { Task } from '../task.ts'
import { settleBackground } from './mask-background.ts'
import { settleOrientation } from './mask-orientation.ts'
import type { DatasetIssue, MaskSource, Sample } from './sample.ts'

export interface SettledMasks {
  readonly samples: readonly Sample[]
  readonly issues: readonly DatasetIssue[]
  readonly notes: readonly string[]
}

/**
 * @throws {CancelledError} The task's signal fired.
 * Cost: up to 32 masks are decoded, the heads of photographs with masks are read, and up to 24 pairs decoded where EXIF turns them.
 */
export async function settleMasks(samples: readonly Sample[], task: Task): Promise<SettledMasks> {
  const files = samples.flatMap(({ mask }) => (mask === null ? [] : filesIn(mask)))
  const background = await settleBackground(files, task)
  const facing = await settleOrientation(samples, task)
  const issues = [...background.issues, ...facing.issues]
  const notes = [...background.notes, ...facing.notes]
  if (!background.isInverted && facing.turned.size === 0) return { samples, issues, notes }
  return {
    samples: samples.map((sample) => {
      const orientation = facing.turned.get(sample.id)
      const turn = (mask: MaskSource): MaskSource =>
        orientation === undefined ? mask : changed(mask, (each) => ({ ...each, orientation }))
      const invert = (mask: MaskSource): MaskSource =>
        background.isInverted
          ? changed(mask, (each) => (each.kind === 'file' ? { ...each, isInverted: true } : each))
          : mask
      return {
        ...sample,
        mask: sample.mask && turn(invert(sample.mask)),
        foreground: sample.foreground && turn(sample.foreground),
      }
    }),
    issues,
    notes,
  }
}

type SingleMask = Exclude<MaskSource, { kind: 'union' }>

function filesIn(mask: MaskSource): Extract<MaskSource, { kind: 'file' }>[] {
  if (mask.kind === 'union') return mask.masks.flatMap(filesIn)
  return mask.kind === 'file' ? [mask] : []
}

const changed = (mask: MaskSource, change: (each: SingleMask) => MaskSource): MaskSource =>
  mask.kind === 'union' ? { ...mask, masks: mask.masks.map((each) => changed(each, change)) } : change(mask)
