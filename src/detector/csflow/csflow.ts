/**
 * CS-Flow: how likely features are at three scales, by a normalizing flow that makes them standard normal; what is far from
 * the middle of that is anomalous.
 *
 * Source: Rudolph et al. 2022, "Fully convolutional cross-scale-flows for image-based defect detection", arXiv 2110.02855. What
 * differs from the reference, and why, is in `docs/detectors/csflow.md`.
 */
import { ModelError } from '../../errors.ts'
import type { DetectorMethod } from '../detector.ts'
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
    const bytes = files.get(flowFileName)
    if (!bytes) throw new ModelError(flowFileName, 'is missing from the model')
    return openCsflow(decodeFlow(bytes), machine)
  },
}
