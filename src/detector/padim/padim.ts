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
import { tensor } from '../../graph/index.ts'
import {
  addVector,
  createMoments,
  type Gaussians,
  gaussiansOf,
  type Moments,
  mahalanobis,
} from '../../math/gaussians.ts'
import { present } from '../../present.ts'
import { checkCancelled } from '../../task.ts'
import type { Detector, DetectorMethod, FitInput } from '../detector.ts'
import { embedPatches, type PatchGrid } from '../patches/embed-patches.ts'
import { type PatchJudge, scorePatches } from '../patches/score-patches.ts'
import { smoothMap } from '../patches/smoothing.ts'
import { decodeTensorFile, encodeTensorFile } from '../tensor-file.ts'

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

/** `width` is that of the whole embedding, `kept` which of its dimensions count. */
const settingsSchema = z.strictObject({
  stages: z.array(z.string()).min(1),
  stride: z.int().min(1),
  unitLength: z.boolean(),
  neighbourhood: z.int().min(1),
  rows: z.int().min(1),
  cols: z.int().min(1),
  width: z.int().min(1),
  kept: z.array(z.int().min(0)).min(1),
  sigma: z.number().min(0),
})
type Settings = z.infer<typeof settingsSchema>
const fileName = 'gaussians.bin'
const kind = { name: fileName, magic: 'PLPD', version: 1, settings: settingsSchema }

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
    let fitting: { readonly settings: Settings; readonly moments: Moments } | undefined
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
    return openDetector(settings, gaussiansOf(moments, leastShown * samples.length, options.regularisation))
  },

  async load(files) {
    const bytes = files.get(fileName)
    if (!bytes) throw new ModelError(fileName, 'is missing from the model')
    const { settings, tensors } = decodeTensorFile(kind, bytes)
    const [means, whitening] = [tensors.means?.data, tensors.whitening?.data]
    const size = (settings.rows * settings.cols + 1) * settings.kept.length
    const isOwn = (data: unknown, ...sizes: number[]): data is Float32Array =>
      data instanceof Float32Array && sizes.includes(data.length)
    if (!isOwn(means, size) || !isOwn(whitening, size, size * settings.kept.length)) {
      throw new ModelError(fileName, 'holds Gaussians of other sizes than its header says')
    }
    return openDetector(settings, { means, whitening })
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
  const settings: Settings = { stages: [...stages], ...embedding, ...grid, width, kept, sigma: options.sigma }
  const moments = createMoments(grid.rows * grid.cols, kept.length, options.covariance === 'full')
  return { settings, moments }
}

/** @throws {ModelError} The backbone gives other patches than those that were learned. */
function embed(features: ImageFeatures, { kept, width, rows, cols, ...embedding }: Settings): PatchGrid {
  const patches = embedPatches(features, embedding)
  const { dims, grid } = patches
  if (dims !== width || grid.rows !== rows || grid.cols !== cols) {
    const given = `${dims} at ${grid.rows}x${grid.cols}`
    throw new ModelError(fileName, `expected ${width} dimensions at ${rows}x${cols} positions, got ${given}`)
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

function openDetector(settings: Settings, gaussians: Gaussians): Detector {
  const { means, whitening } = gaussians
  const judge: PatchJudge<null> = {
    file: fileName,
    dims: settings.kept.length,
    stages: settings.stages,
    together: 1,
    embed: (features) => embed(features, settings),
    judge: async () => null, // each patch by its own position, below
    scored(patches) {
      const { range, grid, frame } = patches
      const distances = Float32Array.from({ length: range.rows * range.cols }, (_, cell) =>
        mahalanobis(gaussians, positionOf(patches, cell), rowOf(patches, cell)),
      )
      const map = smoothMap(distances, range, grid, frame, settings.sigma)
      return { score: map.data.reduce((a, b) => Math.max(a, b), 0), map: () => map, frame }
    },
  }
  const tensors = {
    means: tensor(means, [means.length]),
    whitening: tensor(whitening, [whitening.length]),
  }
  return {
    score: (refs, vision, task) => scorePatches(judge, refs, vision, task),
    save: () => new Map([[fileName, encodeTensorFile(kind, { settings, tensors })]]),
    close: async () => {},
  }
}

function rowOf({ data, dims }: PatchGrid, cell: number): Float32Array {
  return data.subarray(cell * dims, (cell + 1) * dims)
}
