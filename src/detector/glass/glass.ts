/**
 * GLASS: a discriminator on frozen features, trained on nominal patches against anomalies that are made: globally, by noise and
 * gradient ascent in the space of features, and locally, by textures on the images.
 *
 * Source: Chen et al. 2024, "A Unified Anomaly Synthesis Strategy with Gradient Ascent for Industrial Anomaly Detection and
 * Localization", arXiv 2407.09359. What differs from the reference, and why, is in `docs/detectors/glass.md`.
 */
import type { DetectorMethod, FitInput, Machine } from '../detector.ts'
import { ownFile } from '../own-file.ts'
import { fitGlass } from './fit-glass.ts'
import { decodeGlass, glassFileName } from './glass-file.ts'
import { chooseStages, type GlassOptions, glassOptions } from './options.ts'
import { openGlass } from './score-images.ts'

export const glass: DetectorMethod<GlassOptions> = {
  id: 'glass',
  version: 1,
  title: 'GLASS',
  options: glassOptions,
  stages: chooseStages,

  async fit(input: FitInput, options: GlassOptions) {
    const { model, curves } = await fitGlass(input, options)
    return { ...(await openGlass(model, input)), curves }
  },

  async load(files, machine: Machine) {
    return openGlass(decodeGlass(ownFile(files, glassFileName)), machine)
  },
}
