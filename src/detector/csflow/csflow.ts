/**
 * CS-Flow: how likely features are at three scales, by a normalizing flow that makes them standard normal; what is far from
 * the middle of that is anomalous.
 *
 * Source: Rudolph et al. 2022, "Fully convolutional cross-scale-flows for image-based defect detection", arXiv 2110.02855. What
 * differs from the reference, and why, is in `docs/detectors/csflow.md`.
 */
import type { DetectorMethod } from '../detector.ts'
import { ownFile } from '../own-file.ts'
import { fitCsflow } from './fit-csflow.ts'
import { decodeFlow, flowFileName } from './flow-file.ts'
import { openCsflow } from './open-csflow.ts'
import { type CsflowOptions, chooseStages, csflowOptions, presetSizes } from './options.ts'

export const csflow: DetectorMethod<CsflowOptions> = {
  id: 'csflow',
  version: 1,
  title: 'CS-Flow',
  options: csflowOptions,
  size: ({ preset }) => presetSizes[preset],
  stages: (vision, options) => chooseStages(vision, options).names,

  async fit(input, options) {
    const { model, curves } = await fitCsflow(input, options)
    return { ...openCsflow(model, input), curves }
  },

  async load(files, machine) {
    return openCsflow(decodeFlow(ownFile(files, flowFileName)), machine)
  },
}
