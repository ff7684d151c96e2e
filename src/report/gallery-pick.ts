/** Which pictures a reader should see, in which order: the worst mistakes first. */
import { groupBy } from '../math/group-by.ts'
import type { ScoreRow } from '../wire/evaluation.ts'
import { type Outcome, outcomeOf } from './sections/gallery.ts'

export interface Pick {
  readonly row: ScoreRow
  /** Null where the fold has no threshold. */
  readonly threshold: number | null
}

/**
 * Escapes by how far below their threshold, false alarms by how far above, then images for review and correct ones nearest
 * to the threshold, then a typical one (median score) of every defect and of the good.
 *
 * An image judged in several folds is shown once, where it went most wrong. At most two fifths of the places go to either
 * kind of mistake while the other has more to show.
 *
 * @param rows - Lines of `scores.csv`; only inference rows count.
 */
export function pickGallery(
  rows: readonly ScoreRow[],
  thresholds: ReadonlyMap<number, number | null>,
  maximum = 60,
): Pick[] {
  const picks = rows
    .filter((row) => row.role === 'inference')
    .map((row): Pick => ({ row, threshold: thresholds.get(row.fold) ?? null }))
    .sort(byDistance)
  const taken = new Set<string>()
  const kind = (outcome: Outcome): Pick[] => picks.filter((pick) => outcomeOf(pick.row) === outcome)
  const take = (from: readonly Pick[], most: number): Pick[] => {
    const chosen: Pick[] = []
    for (const pick of from) {
      if (chosen.length >= most) break
      if (taken.has(pick.row.image)) continue
      taken.add(pick.row.image)
      chosen.push(pick)
    }
    return chosen
  }

  const typical = typicalOf(kind('correct'))
  const room = Math.max(0, maximum - typical.length - Math.ceil(maximum / 10))
  const share = Math.ceil(room / 2)
  const escapes = distinct(kind('escape').reverse())
  const alarms = distinct(kind('false-alarm').reverse())
  const shownEscapes = take(escapes, Math.max(share, room - alarms.length))
  const shownAlarms = take(alarms, room - shownEscapes.length)
  const shownTypical = take(typical, maximum - shownEscapes.length - shownAlarms.length)
  const left = maximum - shownEscapes.length - shownAlarms.length - shownTypical.length
  const review = take(kind('review'), left)
  const close = take(kind('correct'), Math.min(left - review.length, Math.ceil(maximum / 5)))
  return [...shownEscapes, ...shownAlarms, ...review, ...close, ...shownTypical]
}

/** Nearest to the threshold first; ties by name and fold, so that the order never depends on the input's. */
function byDistance(a: Pick, b: Pick): number {
  return (
    distance(a) - distance(b) ||
    (a.row.image < b.row.image ? -1 : a.row.image > b.row.image ? 1 : 0) ||
    a.row.fold - b.row.fold
  )
}

const distance = ({ row, threshold }: Pick): number =>
  threshold === null ? 0 : Math.abs(row.score - threshold)

function distinct(picks: readonly Pick[]): Pick[] {
  const images = new Set<string>()
  return picks.filter(({ row }) => !images.has(row.image) && images.add(row.image))
}

/** The correct image of median score of every defect type and of the good, defects in order of name. */
function typicalOf(correct: readonly Pick[]): Pick[] {
  const groups = groupBy(correct, ({ row }) => (row.label === 'nominal' ? '\uffff' : row.defect))
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => [...group].sort((a, b) => a.row.score - b.row.score)[group.length >> 1]!)
}
