/** A correction that is being made: kept in the tab, so that neither a lost connection nor signing in again costs it. */
import type { CorrectionLabel } from '../../../wire/station/correction.ts'
import type { Stroke } from './strokes.ts'

export interface Draft {
  readonly label: CorrectionLabel | null
  readonly kind: string
  readonly note: string
  /** For each image of the part. */
  readonly strokes: readonly (readonly Stroke[])[]
}

export const emptyDraft: Draft = { label: null, kind: '', note: '', strokes: [] }

const key = (inspection: string): string => `plumbline.draft.${inspection}`

export function readDraft(inspection: string): Draft {
  const stored = sessionStorage.getItem(key(inspection))
  return stored === null ? emptyDraft : (JSON.parse(stored) as Draft)
}

export function keepDraft(inspection: string, draft: Draft): void {
  sessionStorage.setItem(key(inspection), JSON.stringify(draft))
}

export function dropDraft(inspection: string): void {
  sessionStorage.removeItem(key(inspection))
}

export const strokesOf = (draft: Draft, image: number): readonly Stroke[] => draft.strokes[image] ?? []

export function withStrokes(draft: Draft, image: number, strokes: readonly Stroke[]): Draft {
  const all = Array.from({ length: Math.max(draft.strokes.length, image + 1) }, (_, i) => strokesOf(draft, i))
  all[image] = strokes
  return { ...draft, strokes: all }
}
