/** The two documents that every reader of a run folder begins with. */
import { join } from 'node:path'
import type { FoldResult } from '../../evaluate/evaluate-fold.ts'
import { formatScoresCsv } from '../../evaluate/scores-csv.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import type { Evaluation } from '../../wire/evaluation.ts'

/** Writes `scores.csv`, then `evaluation.json`: a folder with the second has both. */
export async function writeResults(
  out: string,
  evaluation: Evaluation,
  results: readonly FoldResult[],
): Promise<void> {
  const rows = results.flatMap(({ scoreRows }) => scoreRows)
  await writeFileAtomic(join(out, 'scores.csv'), formatScoresCsv(rows))
  await writeFileAtomic(join(out, 'evaluation.json'), `${JSON.stringify(evaluation, null, 2)}\n`)
}
