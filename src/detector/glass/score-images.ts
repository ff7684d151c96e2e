/** A fitted GLASS at work: images in, scores and maps out. */
import type { Detector, Machine } from '../detector.ts'
import { smoothMap } from '../patchcore/smoothing.ts'
import { type PatchJudge, scorePatches } from '../score-patches.ts'
import { encodeGlass, type GlassModel, glassFileName } from './glass-file.ts'
import { type Judge, openJudge } from './judge.ts'
import { embed, inContent } from './patch-embedding.ts'
import { standardiseInPlace } from './standardise.ts'

export async function openGlass(model: GlassModel, { device, threads }: Machine): Promise<Detector> {
  const { shape, scale } = model.settings
  const judge = await openJudge(model.networks, shape, scale, { device, threads })
  const own = patchJudge(model, judge)
  return {
    score: (refs, vision, task) => scorePatches(own, refs, vision, task),
    save: () => new Map([[glassFileName, encodeGlass(model)]]),
    close: () => judge.close(),
  }
}

/** Patches judged together: enough images to fill the judge's runs. */
const together = 4096

function patchJudge({ settings, standard }: GlassModel, judge: Judge): PatchJudge<Float32Array> {
  const { shape, stages, embedding, peaks, sigma, edge } = settings
  return {
    file: glassFileName,
    dims: shape.dims,
    stages,
    together,
    embed: (features) => inContent(embed(features, embedding)),
    judge: (patches) => judge.judge(standardiseInPlace(patches, standard)),
    scored({ grid, range, frame }, scores, from, end) {
      const own = scores.slice(from, end)
      return {
        score: meanOfLargest(own, peaks),
        map: () => smoothMap(own, range, grid, frame, sigma, edge),
        frame,
      }
    },
  }
}

/** The image score before any smoothing: the reference takes the largest one. */
function meanOfLargest(scores: Float32Array, count: number): number {
  const sorted = Float32Array.from(scores).sort()
  const taken = sorted.subarray(Math.max(0, sorted.length - count))
  return taken.reduce((sum, score) => sum + score, 0) / taken.length
}
