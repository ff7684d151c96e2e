/** A fitted GLASS at work: images in, scores and maps out. */
import type { Detector, Machine } from '../detector.ts'
import { meanOfLargest } from '../patches/mean-of-largest.ts'
import { type PatchJudge, scorePatches } from '../patches/score-patches.ts'
import { smoothMap } from '../patches/smoothing.ts'
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
        score: meanOfLargest(own, peaks), // before any smoothing: the reference takes the largest one
        map: () => smoothMap(own, range, grid, frame, sigma, edge),
        frame,
      }
    },
  }
}
