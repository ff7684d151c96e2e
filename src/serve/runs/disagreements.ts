/** Images of runs, and where two runs part: images that most folds of the one judge right and most folds of the other wrong. */
import type { RunData } from '../../evaluate/paired-folds.ts'
import type { ScoreRow } from '../../wire/evaluation.ts'
import type { Disagreement, RunImage } from '../../wire/serve/runs.ts'

const most = 200

/** Every image that was judged in a fold that had not seen it, the highest score first: what is wrong stands out from both ends. */
export function imagesOf({ scores }: RunData): RunImage[] {
  return [...judgedBy(scores)]
    .map(([image, { share, ...judged }]) => ({ image, right: share, ...judged }))
    .sort((x, y) => y.score - x.score || (x.image < y.image ? -1 : 1))
}

/** At most 200, those first where the shares lie furthest apart; images that only one run judged are left out. */
export function disagreements(a: RunData, b: RunData): Disagreement[] {
  const right = [judgedBy(a.scores), judgedBy(b.scores)] as const
  const apart: Disagreement[] = []
  for (const [image, { label, share: rightA }] of right[0]) {
    const rightB = right[1].get(image)?.share
    if (rightB !== undefined && rightA > 0.5 !== rightB > 0.5) apart.push({ image, label, rightA, rightB })
  }
  return apart.sort((x, y) => distance(y) - distance(x) || (x.image < y.image ? -1 : 1)).slice(0, most)
}

const distance = ({ rightA, rightB }: Disagreement): number => Math.abs(rightA - rightB)

interface Judged {
  readonly label: ScoreRow['label']
  /** Of the folds, in which it was judged right; what goes to a person counts as rejected. */
  readonly share: number
  /** Mean. */
  readonly score: number
  readonly folds: number
}

/** By image, of the folds in which it was judged. */
function judgedBy(rows: readonly ScoreRow[]): Map<string, Judged> {
  const counts = new Map<string, { label: ScoreRow['label']; right: number; sum: number; all: number }>()
  for (const { image, label, role, decision, score } of rows) {
    if (role !== 'inference') continue
    const count = counts.get(image) ?? { label, right: 0, sum: 0, all: 0 }
    count.all++
    count.sum += score
    if ((decision === 'nominal') === (label === 'nominal')) count.right++
    counts.set(image, count)
  }
  return new Map(
    [...counts].map(([image, { label, right, sum, all }]) => [
      image,
      { label, share: right / all, score: sum / all, folds: all },
    ]),
  )
}
