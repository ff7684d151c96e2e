/** AnomalyDINO's scores where patches of the background are left out, picture by picture. */
import type { Detector, Machine } from '../detector.ts'
import { embedPatches, type PatchGrid } from '../patches/embed-patches.ts'
import { meanOfLargest } from '../patches/mean-of-largest.ts'
import { type PatchJudge, scorePatches } from '../patches/score-patches.ts'
import { smoothMap } from '../patches/smoothing.ts'
import { largestOf } from '../score-graph/largest-share.ts'
import { openCosineSearch } from './cosine-search.ts'
import { firstProjection, foregroundOf } from './foreground.ts'
import { type AnomalydinoModel, type AnomalydinoSettings, anomalydinoFileName } from './model.ts'

/** Patches judged together, about. */
const together = 2048

export async function openMaskedScorer(
  { settings, dims, bank }: AnomalydinoModel,
  machine: Machine,
): Promise<Pick<Detector, 'score' | 'close'>> {
  const search = await openCosineSearch(bank, dims, settings.neighbours, machine)
  const judge: PatchJudge<Float32Array> = {
    file: anomalydinoFileName,
    dims,
    stages: settings.stages,
    together,
    embed: (features) => embedPatches(features, settings),
    judge: (patches) => search.distances(patches),
    scored(grid, distances, from, end) {
      const masked = maskDistances(distances.slice(from, end), grid, settings)
      return {
        score: meanOfLargest(masked, largestOf(masked.length, settings.top)),
        map: () => smoothMap(masked, grid.range, grid.grid, grid.frame, settings.sigma, 'reflect'),
        frame: grid.frame,
      }
    },
  }
  return {
    score: (refs, vision, task) => scorePatches(judge, refs, vision, task),
    close: () => search.close(),
  }
}

/**
 * Distances with 0 where the background is.
 *
 * An image in which no object is found is judged whole, since 0 would pass whatever it shows; `paper` does pass it.
 */
export function maskDistances(
  distances: Float32Array,
  { data, dims, range }: Pick<PatchGrid, 'data' | 'dims' | 'range'>,
  { mask, maskThreshold }: Pick<AnomalydinoSettings, 'mask' | 'maskThreshold'>,
): Float32Array {
  if (mask === 'off') return distances
  const isPaper = mask === 'paper'
  const projection = firstProjection(data, dims)
  const foreground = foregroundOf(projection, range, maskThreshold, isPaper ? 'raster' : 'grid')
  if (!isPaper && !foreground.includes(1)) return distances
  return distances.map((distance, i) => (foreground[i] === 1 ? distance : 0))
}
