/**
 * AnomalyDINO: every patch is as anomalous as the direction of its features is from the nearest nominal one.
 *
 * Training-free. Where the images are few they are turned as well; where the training images allow it, the background is left
 * out. Source: Damm et al. 2024, arXiv 2405.14529; github.com/dammsi/AnomalyDINO (src/detection.py, post_eval.py, utils.py). Checked
 * against vectors from it in `test/detector/anomalydino/golden.test.ts`; what differs is said in `docs/detectors/anomalydino.md`.
 */
import { z } from 'zod'
import type { PatchDefaults } from '../../backbone/backbone.ts'
import { ModelError } from '../../errors.ts'
import type { Detector, DetectorMethod, FitInput, Machine } from '../detector.ts'
import { embedPatches, type PatchGrid } from '../patches/embed-patches.ts'
import { meanOfLargest } from '../patches/mean-of-largest.ts'
import { choosePatchSettings, type PatchSettings, patchSettings } from '../patches/patch-settings.ts'
import { referencePatches } from '../patches/reference-patches.ts'
import { createReservoir, type Reservoir } from '../patches/reservoir.ts'
import { type PatchJudge, scorePatches } from '../patches/score-patches.ts'
import { smoothMap } from '../patches/smoothing.ts'
import { decodeTensorFile, encodeTensorFile, type TensorFileKind } from '../tensor-file.ts'
import { type CosineSearch, openCosineSearch, unitRows } from './cosine-search.ts'
import { firstProjection, foregroundOf, separates } from './foreground.ts'
import { type AnomalydinoOptions, anomalydinoOptions } from './options.ts'

const settingsSchema = z.strictObject({
  ...patchSettings,
  neighbours: z.int().min(1),
  top: z.number(),
  mask: z.enum(['on', 'off', 'paper']),
  maskThreshold: z.number(),
  sigma: z.number().min(0),
})
export type AnomalydinoSettings = z.infer<typeof settingsSchema>

const fileName = 'anomalydino.bin'
const kind: TensorFileKind<AnomalydinoSettings> = {
  name: fileName,
  magic: 'PLAD',
  version: 1,
  settings: settingsSchema,
}

interface Model {
  readonly settings: AnomalydinoSettings
  readonly dims: number
  /** Rows of length 1. */
  readonly bank: Float32Array
}

export const anomalydino: DetectorMethod<AnomalydinoOptions> = {
  id: 'anomalydino',
  version: 1,
  title: 'AnomalyDINO',
  options: anomalydinoOptions,
  stages: (vision, options) => settingsOf(vision.backbone.patchDefaults, options).stages,

  async fit(input, options) {
    return openDetector(await fitModel(input, options), input)
  },

  async load(files, machine) {
    const bytes = files.get(fileName)
    if (bytes === undefined) throw new ModelError(fileName, 'is missing from the model')
    const { settings, tensors } = decodeTensorFile(kind, bytes)
    const { bank } = tensors
    const [rows = 0, dims = 0] = bank?.shape ?? []
    if (!(bank?.data instanceof Float32Array) || rows < 1 || dims < 1) {
      throw new ModelError(fileName, 'expected a bank of patches')
    }
    return openDetector({ settings, dims, bank: bank.data }, machine)
  },
}

/**
 * Of several stages each counts alike, by its direction. A single one is brought to length 1 by the distance itself, and its lengths
 * tell object from background before.
 */
function settingsOf(own: PatchDefaults, options: AnomalydinoOptions): PatchSettings {
  const settings = choosePatchSettings(own, options)
  return { ...settings, unitLength: options.unitLength ?? settings.stages.length > 1 }
}

async function fitModel(input: FitInput, options: AnomalydinoOptions): Promise<Model> {
  const { rotations, bankSize, neighbours, top, maskThreshold, sigma } = options
  const settings = settingsOf(input.vision.backbone.patchDefaults, options)
  let reservoir: Reservoir | undefined
  let dims = 0
  let [seen, separated] = [0, 0]
  for await (const grid of referencePatches(anomalydino.title, input, settings, rotations)) {
    dims = grid.dims
    reservoir ??= createReservoir(dims, bankSize, input.random.fork('bank'))
    reservoir.add(grid.data)
    // Upright images come first; turned ones show corners that no camera saw.
    if (options.mask !== 'auto' || ++seen > input.samples.length) continue
    const projection = firstProjection(grid.data, dims)
    if (separates(foregroundOf(projection, grid.range, maskThreshold, 'grid'), grid.range)) separated++
  }
  const mask = options.mask !== 'auto' ? options.mask : separated === input.samples.length ? 'on' : 'off'
  return {
    settings: { ...settings, neighbours, top, mask, maskThreshold, sigma },
    dims,
    bank: unitRows(reservoir?.sample() ?? new Float32Array(0), dims),
  }
}

async function openDetector(model: Model, machine: Machine): Promise<Detector> {
  const { settings, dims, bank } = model
  const search = await openCosineSearch(bank, dims, settings.neighbours, machine)
  const judge = cosineJudge(settings, dims, search)
  const tensors = { bank: { dtype: 'float32', shape: [bank.length / dims, dims], data: bank } } as const
  return {
    score: (refs, vision, task) => scorePatches(judge, refs, vision, task),
    save: () => new Map([[fileName, encodeTensorFile(kind, { settings, tensors })]]),
    close: () => search.close(),
  }
}

/** Patches judged together, about. */
const together = 2048

function cosineJudge(
  settings: AnomalydinoSettings,
  dims: number,
  search: CosineSearch,
): PatchJudge<Float32Array> {
  return {
    file: fileName,
    dims,
    stages: settings.stages,
    together,
    embed: (features) => embedPatches(features, settings),
    judge: (patches) => search.distances(patches),
    scored(grid, distances, from, end) {
      const masked = maskDistances(distances.slice(from, end), grid, settings)
      return {
        score: meanOfLargest(masked, Math.max(1, Math.floor(settings.top * masked.length))),
        map: () => smoothMap(masked, grid.range, grid.grid, grid.frame, settings.sigma, 'reflect'),
        frame: grid.frame,
      }
    },
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
