/** GLASS's training step at its reference size: 8 images of 20x20 patches, features of 1536, twenty steps of gradient ascent. */
import { glassPresets } from '../src/detector/glass/options.ts'
import { glassPlan, type StepSettings } from '../src/detector/glass/training-plan.ts'
import type { Workload } from './workload.ts'

const { layers, hidden, ascentSteps, ascentStepSize, ...paper } = glassPresets.paper
const dims = 1536

/** Of the preset `paper`. @param cells - Patches of an image. */
export function referenceStep(images: number, cells: number): StepSettings {
  const rows = images * cells
  return {
    dims,
    hidden,
    layers,
    adaptor: true,
    rows,
    augmentedRows: rows,
    positions: cells,
    hypothesis: 'manifold',
    ascent: { steps: ascentSteps, stepSize: ascentStepSize, projectEvery: 5 },
    shellRadius: paper.shellRadius,
    radiusQuantile: paper.radiusQuantile,
    easyShare: paper.easyShare,
    localWeight: paper.localWeight,
    sharedNorm: false,
    learningRate: paper.learningRate,
  }
}

/**
 * Products of a step; what the reference does beyond: the true half anew at every step of the ascent, both ways.
 *
 * Adaptor: two passes and two gradients of weights. Discriminator: forwards of the three kinds and of every step of the ascent, the
 * gradient of features at each step, gradients of features and weights at the end.
 */
export function stepGflop(rows: number): { readonly done: number; readonly repeated: number } {
  const [adapt, judge] = [(2 * rows * dims * dims) / 1e9, (2 * rows * dims * hidden) / 1e9]
  return { done: 4 * adapt + (3 + 2 * ascentSteps + 6) * judge, repeated: 2 * ascentSteps * judge }
}

export function glassWorkload(): Workload {
  const settings = referenceStep(8, 20 * 20)
  const { done, repeated } = stepGflop(settings.rows)
  return {
    plan: glassPlan(settings, ['pTrue', 'pFake']),
    gflop: done,
    nominalGflop: done + repeated,
    spread: { nominal: 0.5, augmented: 0.5, noise: 0.015, mask: 0, center: 0.5 },
  }
}
