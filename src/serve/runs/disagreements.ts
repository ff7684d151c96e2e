/** Images of runs, and where two runs part: images that most folds of the one judge right and most folds of the other wrong. */
import type { RunData } from '../../evaluate/paired-folds.ts'
import { groupBy } from '../../math/group-by.ts'
import type { ScoreRow } from '../../wire/evaluation.ts'
import type { Disagreement, RunImage } from '../../wire/serve/runs.ts'

const most = 200

/** Every image that was judged in a fold that had not seen it, the highest score first: what is wrong stands out from both ends. */
export function imagesOf({ scores }: RunData): RunImage[] {
  return [...judgedBy(scores).values()].sort((x, y) => y.score - x.score || (x.image < y.image ? -1 : 1))
}

/** At most 200, those first where the shares lie furthest apart; images that only one run judged are left out. */
export function disagreements(a: RunData, b: RunData): Disagreement[] {
  const [byA, byB] = [judgedBy(a.scores), judgedBy(b.scores)]
  const apart: Disagreement[] = []
  for (const [image, { label, right: rightA, judged }] of byA) {
    const other = byB.get(image)
    const fold = judged.find((each) => other?.judged.some((its) => its.fold === each.fold))?.fold
    if (other === undefined || fold === undefined || rightA > 0.5 === other.right > 0.5) continue
    apart.push({ image, label, fold, rightA, rightB: other.right })
  }
  return apart.sort((x, y) => distance(y) - distance(x) || (x.image < y.image ? -1 : 1)).slice(0, most)
}

const distance = ({ rightA, rightB }: Disagreement): number => Math.abs(rightA - rightB)

/** By image, of the folds in which it was judged. */
function judgedBy(rows: readonly ScoreRow[]): ReadonlyMap<string, RunImage> {
  const judged = rows.filter(({ role }) => role === 'inference')
  return new Map([...groupBy(judged, ({ image }) => image)].map(([image, of]) => [image, imageOf(image, of)]))
}

function imageOf(image: string, rows: readonly ScoreRow[]): RunImage {
  const [{ part, label, defect }] = rows as readonly [ScoreRow]
  const right = rows.filter(({ decision }) => (decision === 'nominal') === (label === 'nominal'))
  return {
    ...{ image, part, label, defect },
    score: rows.reduce((sum, { score }) => sum + score, 0) / rows.length,
    right: right.length / rows.length,
    judged: rows.map(({ fold, score, decision }) => ({ fold, score, decision })),
  }
}
