/** Images of runs, and where two runs part: images that most folds of the one judge right and most folds of the other wrong. */
import type { RunData } from '../../evaluate/paired-folds.ts'
import type { ScoreRow } from '../../wire/evaluation.ts'
import type { Disagreement, RunImage } from '../../wire/serve/runs.ts'

const most = 200

/** Every image that was judged in a fold that had not seen it, the highest score first: what is wrong stands out from both ends. */
export function imagesOf({ scores }: RunData): RunImage[] {
  const sums = new Map<string, number>()
  for (const { image, role, score } of scores)
    if (role === 'inference') sums.set(image, (sums.get(image) ?? 0) + score)
  return [...shareRight(scores)]
    .map(([image, { label, share, folds }]) => ({
      ...{ image, label, right: share, folds },
      score: (sums.get(image) ?? 0) / folds,
    }))
    .sort((x, y) => y.score - x.score || (x.image < y.image ? -1 : 1))
}

/** At most 200, those first where the shares lie furthest apart; images that only one run judged are left out. */
export function disagreements(a: RunData, b: RunData): Disagreement[] {
  const right = [shareRight(a.scores), shareRight(b.scores)] as const
  const apart: Disagreement[] = []
  for (const [image, { label, share: rightA }] of right[0]) {
    const rightB = right[1].get(image)?.share
    if (rightB !== undefined && rightA > 0.5 !== rightB > 0.5) apart.push({ image, label, rightA, rightB })
  }
  return apart.sort((x, y) => distance(y) - distance(x) || (x.image < y.image ? -1 : 1)).slice(0, most)
}

const distance = ({ rightA, rightB }: Disagreement): number => Math.abs(rightA - rightB)

/** By image, of the folds in which it was judged; what goes to a person counts as rejected. */
function shareRight(
  rows: readonly ScoreRow[],
): Map<string, { label: ScoreRow['label']; share: number; folds: number }> {
  const counts = new Map<string, { label: ScoreRow['label']; right: number; all: number }>()
  for (const { image, label, role, decision } of rows) {
    if (role !== 'inference') continue
    const count = counts.get(image) ?? { label, right: 0, all: 0 }
    count.all++
    if ((decision === 'nominal') === (label === 'nominal')) count.right++
    counts.set(image, count)
  }
  return new Map(
    [...counts].map(([image, { label, right, all }]) => [image, { label, share: right / all, folds: all }]),
  )
}
