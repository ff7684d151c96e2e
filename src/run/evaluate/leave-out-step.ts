/**
 * What `--scheme leave-out` adds to an evaluation: the same one under a random split, a run of its own in `random/` of the run folder,
 * and what each group loses against it.
 */
import { join } from 'node:path'
import type { FoldResult } from '../../evaluate/evaluate-fold.ts'
import { belongsTo, groupsOf } from '../../evaluate/leave-out.ts'
import { type JudgedFold, type LeftOutGroup, measureLoss } from '../../evaluate/leave-out-loss.ts'
import { unitId } from '../../evaluate/units.ts'
import { createRandom } from '../../math/random.ts'
import { wholeRequest } from '../../options/request.ts'
import type { EvaluateRequest } from '../../options/requests/evaluate.ts'
import { mustGet, present } from '../../present.ts'
import type { Task } from '../../task.ts'
import type { LeaveOut } from '../../wire/evaluation.ts'
import { loadRun } from '../folder/load-run.ts'
import type { OpenEvaluation } from './open-evaluation.ts'

const referenceName = 'random'

/** None but where groups are left out. */
export function leaveOutReference(request: EvaluateRequest): readonly EvaluateRequest[] {
  const { scheme, shots, out, createdAt, command } = request
  if (scheme !== 'leave-out') return []
  const own: EvaluateRequest = {
    ...request,
    ...{ scheme: 'random', by: null, keepModels: false, out: join(out, referenceName) },
    shots: shots && [Math.max(...shots)],
  }
  return [wholeRequest(own, { createdAt, command })]
}

/** @returns null where no groups are left out. Cost: that of `measureLoss`. */
export async function measureLeaveOut(
  results: readonly FoldResult[],
  run: OpenEvaluation,
  task: Task,
): Promise<LeaveOut | null> {
  const { by, scheme, seed } = run.request
  if (scheme !== 'leave-out' || by === null) return null
  const { judged, tooSmall } = groupsOf(run.units, by)
  const reference = await referenceFolds(run)
  const groups = judged.map(
    (group): LeftOutGroup => ({
      ...group,
      leftOut: results.filter(({ plan }) => plan.group === group.value).map(judgedOf),
      known: reference.map((fold) => restricted(fold, by, group.value)),
    }),
  )
  const losses = measureLoss(groups, run.settings, createRandom(seed, 'leave-out'), task)
  const small = tooSmall.map(({ value, images }) => ({
    group: value,
    images: [...images] as [number, number],
  }))
  return { by, run: referenceName, ...losses, tooSmall: small }
}

function judgedOf({ image: { rows, threshold } }: FoldResult): JudgedFold {
  const { samples, clusters, labels, scores } = rows.inference
  return {
    samples: samples.map(([sample]) => present(sample, 'an image of a row')),
    units: clusters,
    labels,
    scores,
    threshold,
  }
}

async function referenceFolds({ out, seen, settings }: OpenEvaluation): Promise<readonly JudgedFold[]> {
  const { evaluation, scores } = await loadRun(join(out, referenceName))
  const samples = new Map(seen.samples.map((sample) => [sample.id, sample]))
  return evaluation.folds.map(({ fold, threshold }) => {
    const rows = scores.filter(
      (row) => row.fold === fold && row.role === 'inference' && samples.has(row.image),
    )
    const own = rows.map(({ image }) => mustGet(samples, image))
    return {
      samples: own,
      units: own.map((sample) => unitId(sample, settings.unit)),
      labels: rows.map(({ label }) => Number(label === 'anomalous')),
      scores: rows.map(({ score }) => score),
      threshold: threshold ?? Number.POSITIVE_INFINITY,
    }
  })
}

function restricted(fold: JudgedFold, by: string, value: string): JudgedFold {
  const kept = [...fold.samples.keys()].filter((i) => belongsTo(fold.samples[i]!, by, value))
  return {
    samples: kept.map((i) => fold.samples[i]!),
    units: kept.map((i) => fold.units[i]!),
    labels: kept.map((i) => fold.labels[i]!),
    scores: kept.map((i) => fold.scores[i]!),
    threshold: fold.threshold,
  }
}
