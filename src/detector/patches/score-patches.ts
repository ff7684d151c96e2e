/** How detectors of patches score: images are embedded as they come, and the patches of enough of them are judged together. */
import type { ImageFeatures } from '../../backbone/backbone.ts'
import { ModelError } from '../../errors.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { ImageRef, Outcome, Scored, Vision } from '../detector.ts'
import type { PatchGrid } from './embed-patches.ts'

export interface PatchJudge<Judged> {
  /** The model's file, for errors, and the width of its patches. */
  readonly file: string
  readonly dims: number
  readonly stages: readonly string[]
  /** Patches to a call of `judge`, about: enough to fill its blocks. */
  readonly together: number
  embed(features: ImageFeatures): PatchGrid
  /** @param patches - Of several images, float32 [rows, dims]; may be changed. */
  judge(patches: Float32Array): Promise<Judged>
  /** What an image is worth whose patches are the rows `from` to `end` of those judged. */
  scored(patches: PatchGrid, judged: Judged, from: number, end: number): Scored
}

/** Images to a call of `judge` at most. */
const mostImages = 64

/** @throws {ModelError} The backbone gives patches of another width. */
export async function* scorePatches<Judged>(
  judge: PatchJudge<Judged>,
  refs: readonly ImageRef[],
  vision: Vision,
  task: Task,
): AsyncGenerator<Outcome<Scored>> {
  const { file, dims, together } = judge
  let waiting: Outcome<PatchGrid>[] = []
  let patches = 0
  for await (const outcome of vision.features(refs, judge.stages, task)) {
    checkCancelled(task)
    if (outcome.ok) {
      const value = judge.embed(outcome.value)
      if (value.dims !== dims) {
        throw new ModelError(file, `expected patches of ${dims} dimensions, got ${value.dims}`)
      }
      waiting.push({ ...outcome, value })
      patches += value.data.length / dims
    } else waiting.push(outcome)
    if (patches < together && waiting.length < mostImages) continue
    yield* await settle(judge, waiting)
    waiting = []
    patches = 0
  }
  yield* await settle(judge, waiting)
}

async function settle<Judged>(
  judge: PatchJudge<Judged>,
  waiting: readonly Outcome<PatchGrid>[],
): Promise<readonly Outcome<Scored>[]> {
  const grids = waiting.flatMap((outcome) => (outcome.ok ? [outcome.value.data] : []))
  const all = new Float32Array(grids.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const data of grids) {
    all.set(data, offset)
    offset += data.length
  }
  const judged = await judge.judge(all)
  let from = 0
  return waiting.map((outcome): Outcome<Scored> => {
    if (!outcome.ok) return outcome
    const end = from + outcome.value.data.length / judge.dims
    const value = judge.scored(outcome.value, judged, from, end)
    from = end
    return { ok: true, path: outcome.path, value }
  })
}
