/**
 * PaDiM: a Gaussian of nominal patches at every position; a patch is as anomalous as it is far from that of its place, in
 * standard deviations.
 *
 * Source: Defard et al. 2020, "PaDiM: a patch distribution modeling framework", arXiv 2011.08785. What differs from the paper, and
 * why, is in `docs/detectors/padim.md`.
 */
import { z } from 'zod'
import type { ImageFeatures } from '../../backbone/backbone.ts'
import { InputError, ModelError, StatisticalError } from '../../errors.ts'
import { addVector, createMoments, gaussiansOf, type Moments } from '../../math/gaussians.ts'
import { present } from '../../present.ts'
import { checkCancelled } from '../../task.ts'
import type { Detector, DetectorMethod, FitInput, Machine } from '../detector.ts'
import { ownFile } from '../own-file.ts'
import { embedPatches, type PatchGrid } from '../patches/embed-patches.ts'
import { graphDetector } from '../score-graph/open-scorer.ts'
import {
  decodeGaussians,
  encodeGaussians,
  gaussiansFileName,
  type PadimModel,
  type PadimSettings,
} from './gaussians-file.ts'
import { padimGraph } from './score-graph.ts'

export const padimOptions = z.strictObject({
  /** Stages whose outputs are joined, shallow to deep; null for the backbone's own choice. */
  stages: z.array(z.string()).min(1).nullable().default(null),
  /** Model-input pixels from one position to the next; null for the backbone's own choice. */
  stride: z.int().min(1).max(64).nullable().default(null),
  /** Dimensions of the embedding that are kept, drawn at random; all where it has fewer. */
  dimensions: z.int().min(1).max(1024).default(100),
  /** `full`, the paper's; `diagonal` takes dimensions for independent: a hundredth of the memory, and of the time. */
  covariance: z.enum(['full', 'diagonal']).default('full'),
  /** Added to every variance, as a share of the mean variance over all positions. */
  regularisation: z.number().min(1e-6).max(10).default(0.01),
  /** Standard deviation of the blur of the map, in pixels of the model input. */
  sigma: z.number().min(0).max(64).default(4),
})
export type PadimOptions = z.infer<typeof padimOptions>

export const padim: DetectorMethod<PadimOptions> = {
  id: 'padim',
  version: 1,
  title: 'PaDiM',
  options: padimOptions,
  stages: (vision, { stages }) => stages ?? vision.backbone.patchDefaults.stages,

  async fit(input, options) {
    const { samples, vision, task } = input
    if (samples.length === 0) throw new StatisticalError('PaDiM: no nominal image to learn from')
    const stages = padim.stages(vision, options)
    let fitting: { readonly settings: PadimSettings; readonly moments: Moments } | undefined
    for await (const outcome of vision.features(samples, stages, task)) {
      checkCancelled(task)
      if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
      fitting ??= begin(outcome.value, stages, input, options)
      const patches = embed(outcome.value, fitting.settings)
      const cells = patches.range.rows * patches.range.cols
      for (let cell = 0; cell < cells; cell++) {
        addVector(fitting.moments, positionOf(patches, cell), rowOf(patches, cell))
      }
    }
    const { settings, moments } = present(fitting, 'features of at least one image')
    const gaussians = gaussiansOf(moments, leastShown * samples.length, options.regularisation)
    return openDetector({ settings, gaussians }, input)
  },

  async load(files, machine) {
    return openDetector(decodeGaussians(ownFile(files, gaussiansFileName)), machine)
  },
}

/** Every choice that was left to the backbone or to chance, made at the first image. */
function begin(features: ImageFeatures, stages: readonly string[], input: FitInput, options: PadimOptions) {
  const { stride, unitLength, neighbourhood } = input.vision.backbone.patchDefaults
  const embedding = { stride: options.stride ?? stride, unitLength, neighbourhood }
  const { dims: width, grid } = embedPatches(features, embedding)
  const random = input.random.fork('dimensions')
  const drawn = Array.from({ length: width }, (_, dim) => ({ dim, at: random.uniform() }))
  const first = drawn.sort((a, b) => a.at - b.at).slice(0, options.dimensions)
  const kept = first.map(({ dim }) => dim).sort((a, b) => a - b)
  const settings: PadimSettings = {
    stages: [...stages],
    ...embedding,
    ...grid,
    width,
    kept,
    sigma: options.sigma,
  }
  const moments = createMoments(grid.rows * grid.cols, kept.length, options.covariance === 'full')
  return { settings, moments }
}

/** @throws {ModelError} The backbone gives other patches than those that were learned. */
function embed(features: ImageFeatures, { kept, width, rows, cols, ...embedding }: PadimSettings): PatchGrid {
  const patches = embedPatches(features, embedding)
  const { dims, grid } = patches
  if (dims !== width || grid.rows !== rows || grid.cols !== cols) {
    const given = `${dims} at ${grid.rows}x${grid.cols}`
    throw new ModelError(
      gaussiansFileName,
      `expected ${width} dimensions at ${rows}x${cols} positions, got ${given}`,
    )
  }
  const data = new Float32Array((patches.data.length / dims) * kept.length)
  for (let from = 0, at = 0; at < data.length; from += dims) {
    for (const dim of kept) data[at++] = patches.data[from + dim]!
  }
  return { ...patches, data, dims: kept.length }
}

/** Positions that fewer of the images show than this share go by the Gaussian of all positions. */
const leastShown = 0.5

const positionOf = ({ grid, range }: PatchGrid, cell: number): number =>
  (range.row + Math.floor(cell / range.cols)) * grid.cols + range.col + (cell % range.cols)

const openDetector = (model: PadimModel, machine: Machine): Detector =>
  graphDetector(padimGraph(model), machine, () => encodeGaussians(model))

function rowOf({ data, dims }: PatchGrid, cell: number): Float32Array {
  return data.subarray(cell * dims, (cell + 1) * dims)
}
