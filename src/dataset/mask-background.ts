/**
 * Whether the masks of a dataset agree on what is outside. Most are white on black; some tools paint the defect black on white, and
 * nothing in a single file tells such a mask from one of a defect that covers nearly everything. The dataset does.
 */
import { InputError } from '../errors.ts'
import { type InspectedMask, inspectMask } from '../image/decode-mask.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'
import type { DatasetIssue, MaskSource } from './sample.ts'

type FileMask = Extract<MaskSource, { kind: 'file' }>

export interface SettledBackground {
  /** All masks are dark on light. */
  readonly isInverted: boolean
  readonly issues: readonly DatasetIssue[]
  readonly notes: readonly string[]
}

/** Masks that are looked at: a tool paints all of them alike. */
const mostInspected = 32
/** Fewer agree by chance. */
const leastAgreeing = 3
/** Of a picture: inside is what the rest is usually. */
const mostCovered = 0.5
const mostCoveredEdge = 0.9

/** @param masks - Of defects. Cost: decodes up to 32 of them. */
export async function settleBackground(masks: readonly FileMask[], task: Task): Promise<SettledBackground> {
  const open = masks.filter(
    ({ isInverted, background }) => isInverted === undefined && background === undefined,
  )
  const step = Math.max(1, open.length / mostInspected)
  const chosen = Array.from(
    { length: Math.min(open.length, mostInspected) },
    (_, i) => open[Math.floor(i * step)]!,
  )
  const found: { path: string; seen: InspectedMask }[] = []
  for await (const each of mapConcurrent(chosen, 4, async ({ path }) => {
    checkCancelled(task)
    return { path, seen: await inspect(path) }
  })) {
    if (each.seen !== null && each.seen.covered > 0) found.push({ path: each.path, seen: each.seen })
  }
  const reversed = found.filter(
    ({ seen: { covered, coveredEdge } }) =>
      covered > mostCovered && covered < 1 && coveredEdge > mostCoveredEdge,
  )
  if (reversed.length >= leastAgreeing && reversed.length === found.length) {
    return {
      isInverted: true,
      issues: [],
      notes: [
        `Masks: the light side is the background and the dark one the defect, as all ${found.length} masks looked at agree (${masks.length} in all).`,
      ],
    }
  }
  return {
    isInverted: false,
    issues: found
      .filter(({ seen }) => seen.covered > mostCovered)
      .map(({ path, seen: { covered } }) => ({
        kind: 'doubtful-mask',
        severity: 'warning',
        path,
        message: `covers ${Math.round(100 * covered)} % of the picture, which few defects do: is its background white, or the mask that of the object?`,
      })),
    notes: [...backgroundNotes(found.map(({ seen }) => seen)), ...valueNotes(found.map(({ seen }) => seen))],
  }
}

async function inspect(path: string): Promise<InspectedMask | null> {
  try {
    return await inspectMask(path)
  } catch (error) {
    if (error instanceof InputError) return null // said where it is used
    throw error
  }
}

function backgroundNotes(seen: readonly InspectedMask[]): string[] {
  const others = seen.filter(({ background }) => background !== 0)
  if (others.length === 0) return []
  const names = new Set(others.map(({ background }) => nameOf(background)))
  return [
    `Masks: in ${others.length} of ${seen.length} looked at the background is ${[...names].slice(0, 3).join(' or ')}; everything else is defect.`,
  ]
}

const nameOf = (background: InspectedMask['background']): string =>
  background === 'transparent'
    ? 'what is transparent'
    : background === 0xffffff
      ? 'white'
      : `the colour #${background.toString(16).padStart(6, '0')}`

function valueNotes(seen: readonly InspectedMask[]): string[] {
  const classes = Math.max(0, ...seen.map(({ levels }) => levels))
  return classes > 1
    ? [
        `Masks: they hold up to ${classes} values besides the background (classes or numbers of objects); all are defect.`,
      ]
    : []
}
