/** A fitted GLASS at work: images in, scores and maps out. */
import type { ImageRef, Vision } from '../../backbone/vision.ts'
import { ModelError } from '../../errors.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { Detector, Machine, Outcome, Scored } from '../detector.ts'
import type { PatchGrid } from '../patchcore/embed-patches.ts'
import { smoothMap } from '../patchcore/smoothing.ts'
import { encodeGlass, type GlassModel, glassFileName } from './glass-file.ts'
import { type Judge, openJudge } from './judge.ts'
import { embed, inContent } from './patch-embedding.ts'
import { standardiseInPlace } from './standardise.ts'

export async function openGlass(model: GlassModel, { device, threads }: Machine): Promise<Detector> {
  const { shape, scale } = model.settings
  const judge = await openJudge(model.networks, shape, scale, { device, threads })
  return {
    score: (refs, vision, task) => score(model, judge, refs, vision, task),
    save: () => new Map([[glassFileName, encodeGlass(model)]]),
    close: () => judge.close(),
  }
}

/** Patches judged together: enough images to fill the judge's runs. */
const patchesTogether = 4096

async function* score(
  model: GlassModel,
  judge: Judge,
  refs: readonly ImageRef[],
  vision: Vision,
  task: Task,
): AsyncGenerator<Outcome<Scored>> {
  let waiting: Outcome<PatchGrid>[] = []
  let patches = 0
  for await (const outcome of vision.features(refs, model.settings.stages, task)) {
    checkCancelled(task)
    if (outcome.ok) {
      const value = inContent(embed(outcome.value, model.settings.embedding))
      checkDims(model, value)
      waiting.push({ ...outcome, value })
      patches += value.data.length / value.dims
    } else waiting.push(outcome)
    if (patches < patchesTogether && waiting.length < 64) continue
    yield* await settle(model, judge, waiting)
    waiting = []
    patches = 0
  }
  yield* await settle(model, judge, waiting)
}

function checkDims({ settings: { shape } }: GlassModel, { dims }: PatchGrid): void {
  if (dims === shape.dims) return
  throw new ModelError(glassFileName, `expected patches of ${shape.dims} dimensions, got ${dims}`)
}

async function settle(
  { settings, standard }: GlassModel,
  judge: Judge,
  waiting: readonly Outcome<PatchGrid>[],
): Promise<readonly Outcome<Scored>[]> {
  const grids = waiting.flatMap((outcome) => (outcome.ok ? [outcome.value.data] : []))
  const all = new Float32Array(grids.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const data of grids) {
    all.set(data, offset)
    offset += data.length
  }
  const scores = await judge.judge(standardiseInPlace(all, standard))
  let row = 0
  return waiting.map((outcome): Outcome<Scored> => {
    if (!outcome.ok) return outcome
    const { data, dims, grid, range, frame } = outcome.value
    const end = row + data.length / dims
    const own = scores.slice(row, end)
    row = end
    const { peaks, sigma, edge } = settings
    return {
      ok: true,
      path: outcome.path,
      value: {
        score: meanOfLargest(own, peaks),
        map: () => smoothMap(own, range, grid, frame, sigma, edge),
        frame,
      },
    }
  })
}

/** The image score before any smoothing: the reference takes the largest one. */
function meanOfLargest(scores: Float32Array, count: number): number {
  const sorted = Float32Array.from(scores).sort()
  const taken = sorted.subarray(Math.max(0, sorted.length - count))
  return taken.reduce((sum, score) => sum + score, 0) / taken.length
}
