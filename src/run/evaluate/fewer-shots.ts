/**
 * The evaluations that `--shots 1,5,10` asks for beside the largest: each is a run of its own, in `shots-N/` of the run folder, to be
 * looked at, diagnosed and compared as any other.
 */
import { join } from 'node:path'
import { wholeRequest } from '../../options/request.ts'
import type { EvaluateRequest } from '../../options/requests/evaluate.ts'
import type { Evaluation, ShotsRow } from '../../wire/evaluation.ts'

/** Numbers of shots, each once, fewest first. */
export const inOrder = (shots: readonly number[]): readonly number[] =>
  [...new Set(shots)].sort((a, b) => a - b)

/** Requests for all but the largest number of shots, fewest first; none where nobody asked for several. */
export function fewerShots(request: EvaluateRequest): readonly EvaluateRequest[] {
  const { shots, out, createdAt, command } = request
  if (shots === null) return []
  return inOrder(shots)
    .slice(0, -1)
    .map((each) =>
      wholeRequest({ ...request, shots: [each], out: join(out, folderOf(each)) }, { createdAt, command }),
    )
}

export const folderOf = (shots: number): string => `shots-${shots}`

/** What is said of a run beside those with other numbers of shots. @param run - Its folder, from the one that tells. */
export function shotsRow({ protocol, metrics, folds }: Evaluation, run: string): ShotsRow {
  const { auroc, balancedAccuracy, escapeRate, overkillRate } = metrics.image
  const shots = Math.max(...(protocol.shots ?? []))
  return { shots, supports: folds.length, run, image: { auroc, balancedAccuracy, escapeRate, overkillRate } }
}
