/**
 * SubspaceAD: nominal patches lie near a subspace; what it leaves of a patch, squared, is the score.
 *
 * Training-free: a mean and a small matrix. Where the images are few they are turned as well.
 * Source: SubspaceAD (CVPR 2026), github.com/CLendering/SubspaceAD (core/pca.py, post_process/scoring.py, main.py). Checked against
 * vectors from it in `test/detector/subspace/golden.test.ts`; what differs is said in `docs/detectors/subspace.md`.
 */
import { z } from 'zod'
import { ModelError, StatisticalError, UsageError } from '../../errors.ts'
import type { Rect, ScoreMap } from '../../image/image.ts'
import type { Detector, DetectorMethod, FitInput, Machine } from '../detector.ts'
import { embedPatches, type PatchGrid } from '../patches/embed-patches.ts'
import { meanOfLargest } from '../patches/mean-of-largest.ts'
import { choosePatchSettings, patchSettings } from '../patches/patch-settings.ts'
import { referencePatches } from '../patches/reference-patches.ts'
import { type PatchJudge, scorePatches } from '../patches/score-patches.ts'
import { smoothMap } from '../patches/smoothing.ts'
import { decodeTensorFile, encodeTensorFile, type TensorFileKind } from '../tensor-file.ts'
import { type SubspaceOptions, subspaceOptions } from './options.ts'
import { gatherPatches, type PatchGatherer } from './principal-subspace.ts'
import { openResidual, type Residual } from './residual.ts'

const settingsSchema = z.strictObject({
  ...patchSettings,
  join: z.enum(['concat', 'mean']),
  top: z.number(),
  sigma: z.number(),
  reach: z.int(),
})
export type SubspaceSettings = z.infer<typeof settingsSchema>

const fileName = 'subspace.bin'
const kind: TensorFileKind<SubspaceSettings> = {
  name: fileName,
  magic: 'PLSS',
  version: 1,
  settings: settingsSchema,
}

interface Model {
  readonly settings: SubspaceSettings
  readonly mean: Float32Array
  readonly components: Float32Array
}

export const subspace: DetectorMethod<SubspaceOptions> = {
  id: 'subspace',
  version: 1,
  title: 'SubspaceAD',
  options: subspaceOptions,
  stages: (vision, options) => choosePatchSettings(vision.backbone.patchDefaults, options).stages,

  async fit(input, options) {
    const { join, top, sigma, reach } = options
    const settings = {
      ...choosePatchSettings(input.vision.backbone.patchDefaults, options),
      join,
      top,
      sigma,
      reach,
    }
    return openDetector(await fitModel(input, settings, options), input)
  },

  async load(files, machine) {
    const bytes = files.get(fileName)
    if (bytes === undefined) throw new ModelError(fileName, 'is missing from the model')
    const { settings, tensors } = decodeTensorFile(kind, bytes)
    const { mean, components } = tensors
    const dims = mean?.shape[0] ?? 0
    if (
      !(mean?.data instanceof Float32Array && components?.data instanceof Float32Array) ||
      components.shape.length !== 2 ||
      components.shape[1] !== dims
    ) {
      throw new ModelError(fileName, 'expected a mean and components of its width')
    }
    return openDetector({ settings, mean: mean.data, components: components.data }, machine)
  },
}

async function fitModel(
  input: FitInput,
  settings: SubspaceSettings,
  { rotations, explained, components }: SubspaceOptions,
): Promise<Model> {
  let gatherer: PatchGatherer | undefined
  try {
    for await (const grid of referencePatches(subspace.title, input, settings, rotations)) {
      const patches = join(grid, settings)
      gatherer ??= await gatherPatches(patches.dims, input)
      await gatherer.add(patches.data)
    }
    if (gatherer === undefined) throw new StatisticalError('subspace: no nominal image to learn from')
    const found = await gatherer.subspace(components === null ? { explained } : { components })
    return {
      settings,
      mean: Float32Array.from(found.mean),
      components: Float32Array.from(found.components),
    }
  } finally {
    await gatherer?.close()
  }
}

/** The stages' parts of each embedding, side by side already, as one of their mean where asked for. */
function join(grid: PatchGrid, { join, stages }: SubspaceSettings): PatchGrid {
  if (join === 'concat' || stages.length === 1) return grid
  const dims = grid.dims / stages.length
  if (!Number.isInteger(dims)) {
    throw new UsageError(
      `subspace: join: expected stages of one width for their mean, got ${stages.join(', ')}`,
    )
  }
  const data = new Float32Array(grid.data.length / stages.length)
  for (let at = 0; at < data.length; at++) {
    const start = Math.floor(at / dims) * grid.dims + (at % dims)
    let sum = 0
    for (let stage = 0; stage < stages.length; stage++) sum += grid.data[start + stage * dims]!
    data[at] = sum / stages.length
  }
  return { ...grid, data, dims }
}

async function openDetector(model: Model, machine: Machine): Promise<Detector> {
  const { settings, mean, components } = model
  const dims = mean.length
  const residual = await openResidual(mean, components, machine)
  const judge = residualJudge(settings, dims, residual)
  const tensors = {
    mean: { dtype: 'float32', shape: [dims], data: mean },
    components: { dtype: 'float32', shape: [components.length / dims, dims], data: components },
  } as const
  return {
    score: (refs, vision, task) => scorePatches(judge, refs, vision, task),
    save: () => new Map([[fileName, encodeTensorFile(kind, { settings, tensors })]]),
    close: () => residual.close(),
  }
}

/** Patches judged together, about. */
const together = 4096

function residualJudge(
  settings: SubspaceSettings,
  dims: number,
  residual: Residual,
): PatchJudge<Float32Array> {
  return {
    file: fileName,
    dims,
    stages: settings.stages,
    together,
    embed: (features) => join(embedPatches(features, settings), settings),
    judge: (patches) => residual.squared(patches),
    scored({ grid, range, frame }, squared, from, end) {
      const map = smoothMap(
        squared.slice(from, end),
        range,
        grid,
        frame,
        settings.sigma,
        'reflect-101',
        settings.reach,
      )
      return { score: imageScore(map, frame.content, settings.top), map: () => map, frame }
    },
  }
}

/**
 * The mean of the largest pixels of the picture's part of the map.
 *
 * @param top - Their share; rounded down, but one at least.
 */
export function imageScore(map: ScoreMap, content: Rect, top: number): number {
  const inside = new Float32Array(content.width * content.height)
  for (let y = 0; y < content.height; y++) {
    const start = (content.y + y) * map.width + content.x
    inside.set(map.data.subarray(start, start + content.width), y * content.width)
  }
  return meanOfLargest(inside, Math.max(1, Math.floor(top * inside.length)))
}
