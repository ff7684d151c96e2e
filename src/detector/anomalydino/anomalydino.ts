/**
 * AnomalyDINO: every patch is as anomalous as the direction of its features is from the nearest nominal one.
 *
 * Training-free. Where the images are few they are turned as well; where the training images allow it, the background is left
 * out. Source: Damm et al. 2024, arXiv 2405.14529; github.com/dammsi/AnomalyDINO (src/detection.py, post_eval.py, utils.py). Checked
 * against vectors from it in `test/detector/anomalydino/golden.test.ts`; what differs is said in `docs/detectors/anomalydino.md`.
 */
import type { PatchDefaults } from '../../backbone/backbone.ts'
import type { Detector, DetectorMethod, FitInput, Machine } from '../detector.ts'
import { ownFile } from '../own-file.ts'
import { choosePatchSettings, type PatchSettings } from '../patches/patch-settings.ts'
import { referencePatches } from '../patches/reference-patches.ts'
import { createReservoir, type Reservoir } from '../patches/reservoir.ts'
import { graphDetector } from '../score-graph/open-scorer.ts'
import { unitRows } from './cosine-search.ts'
import { firstProjection, foregroundOf, separates } from './foreground.ts'
import { openMaskedScorer } from './masked-scorer.ts'
import { type AnomalydinoModel, anomalydinoFileName, decodeAnomalydino, encodeAnomalydino } from './model.ts'
import { type AnomalydinoOptions, anomalydinoOptions } from './options.ts'
import { anomalydinoGraph } from './score-graph.ts'

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
    return openDetector(decodeAnomalydino(ownFile(files, anomalydinoFileName)), machine)
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

async function fitModel(input: FitInput, options: AnomalydinoOptions): Promise<AnomalydinoModel> {
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

/** By one graph where nothing is masked; a mask is told from each picture's own patches, which no graph does. */
async function openDetector(model: AnomalydinoModel, machine: Machine): Promise<Detector> {
  const encode = () => encodeAnomalydino(model)
  if (model.settings.mask === 'off') return graphDetector(anomalydinoGraph(model), machine, encode)
  return {
    ...(await openMaskedScorer(model, machine)),
    save: () => new Map([[anomalydinoFileName, encode()]]),
  }
}
