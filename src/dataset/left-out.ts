/** What is no sample, grouped by the reason; how grave that is depends on what it is and on how much of it there is. */
import type { LeftOut } from './sample.ts'

/**
 * `image`: a photograph that might have been meant; a quarter of all is no oversight any more. `mask`: without masks there are no pixel
 * figures; grave where none is left. `aside`: by its place no sample at all, so at most a warning. `note`: never more than worth a word.
 */
export type LeftOutKind = 'image' | 'mask' | 'aside' | 'note'

/** Shares from which what is left out is worth a warning, and is an error. Lost images bias every figure from a few per cent on. */
export const leftOutLimits = { warning: 0.05, error: 0.25 } as const

const mostExamples = 5

/** @param of - How many there are in all, these included. @returns Nothing where nothing is left out. */
export function leftOut(
  reason: string,
  kind: LeftOutKind,
  paths: readonly string[],
  of: number,
): readonly LeftOut[] {
  if (paths.length === 0) return []
  const share = of === 0 ? 0 : Math.min(1, paths.length / of)
  return [
    {
      reason,
      severity: severityOf(kind, share),
      count: paths.length,
      share,
      examples: [...paths].sort().slice(0, mostExamples),
    },
  ]
}

function severityOf(kind: LeftOutKind, share: number): LeftOut['severity'] {
  if (kind === 'note') return 'info'
  const { warning, error } = leftOutLimits
  if (kind === 'mask') return share >= 1 ? 'error' : share >= error ? 'warning' : 'info'
  if (share >= error) return kind === 'aside' ? 'warning' : 'error'
  return share >= warning ? 'warning' : 'info'
}
