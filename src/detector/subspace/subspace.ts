/**
 * SubspaceAD: nominal patches lie near a subspace; what it leaves of a patch, squared, is the score.
 *
 * Training-free: a mean and a small matrix. Where the images are few they are turned as well.
 * Source: SubspaceAD (CVPR 2026), github.com/CLendering/SubspaceAD (core/pca.py, post_process/scoring.py, main.py). Checked against
 * vectors from it in `test/detector/subspace/golden.test.ts`; what differs is said in `docs/detectors/subspace.md`.
 */
import { StatisticalError, UsageError } from '../../errors.ts'
import type { Detector, DetectorMethod, FitInput, Machine } from '../detector.ts'
import { ownFile } from '../own-file.ts'
import type { PatchGrid } from '../patches/embed-patches.ts'
import { choosePatchSettings } from '../patches/patch-settings.ts'
import { referencePatches } from '../patches/reference-patches.ts'
import { graphDetector } from '../score-graph/open-scorer.ts'
import {
  decodeSubspace,
  encodeSubspace,
  type SubspaceModel,
  type SubspaceSettings,
  subspaceFileName,
} from './model.ts'
import { type SubspaceOptions, subspaceOptions } from './options.ts'
import { gatherPatches, type PatchGatherer } from './principal-subspace.ts'
import { subspaceGraph } from './score-graph.ts'

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
    return openDetector(decodeSubspace(ownFile(files, subspaceFileName)), machine)
  },
}

async function fitModel(
  input: FitInput,
  settings: SubspaceSettings,
  { rotations, explained, components }: SubspaceOptions,
): Promise<SubspaceModel> {
  refuseWidths(input, settings)
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

/** @throws {UsageError} The mean is asked for of stages that have different widths. */
function refuseWidths({ vision }: FitInput, { join, stages }: SubspaceSettings): void {
  const own = vision.backbone.stages.filter(({ name }) => stages.includes(name))
  if (join === 'concat' || new Set(own.map(({ channels }) => channels)).size <= 1) return
  const widths = own.map(({ name, channels }) => `${name} of ${channels}`).join(', ')
  throw new UsageError(
    `subspace: join=mean: expected stages of one width, got ${widths} channels; name others with stages, or take join=concat`,
  )
}

/** The stages' parts of each embedding, side by side already, as one of their mean where asked for. */
function join(grid: PatchGrid, { join, stages }: SubspaceSettings): PatchGrid {
  if (join === 'concat' || stages.length === 1) return grid
  const dims = grid.dims / stages.length
  const data = new Float32Array(grid.data.length / stages.length)
  for (let at = 0; at < data.length; at++) {
    const start = Math.floor(at / dims) * grid.dims + (at % dims)
    let sum = 0
    for (let stage = 0; stage < stages.length; stage++) sum += grid.data[start + stage * dims]!
    data[at] = sum / stages.length
  }
  return { ...grid, data, dims }
}

const openDetector = (model: SubspaceModel, machine: Machine): Detector =>
  graphDetector(subspaceGraph(model), machine, () => encodeSubspace(model))
