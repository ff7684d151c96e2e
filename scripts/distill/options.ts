/** How a student is trained. */
import type { LossWeights } from './distillation-loss.ts'
import { lossWeights } from './distillation-loss.ts'

export interface DistillOptions {
  readonly steps: number
  /** Crops a step. */
  readonly batch: number
  /** Of a crop, pixels. */
  readonly side: number
  /** At its height. */
  readonly learningRate: number
  readonly seed: number
  readonly threads: number
  readonly weights: LossWeights
  /** `sha256:…` of the student that is trained on; null to begin anew. */
  readonly from: string | null
  /** Share of the steps, at the end, in which the student sees what the teacher does. */
  readonly calmShare: number
  /** Whether the student's blocks begin as the teacher's, where that is MobileNetV2. */
  readonly takesOver: boolean
  /** Whether crops may have blemishes. */
  readonly blemishes: boolean
}

export const distillDefaults: Omit<DistillOptions, 'steps' | 'threads'> = {
  batch: 16,
  side: 160,
  learningRate: 2e-3,
  seed: 0,
  from: null,
  weights: lossWeights,
  calmShare: 0.25,
  takesOver: true,
  blemishes: true,
}

/** What a training can leave out, to see what it is good for. */
export const ingredients = {
  /** The squared distance of patches. */
  patches: (options) => ({ ...options, weights: { ...options.weights, patches: 0 } }),
  /** The same within each picture. */
  within: (options) => ({ ...options, weights: { ...options.weights, within: 0 } }),
  /** The same, more of it from rare patches. */
  rare: (options) => ({ ...options, weights: { ...options.weights, rare: 0 } }),
  /** Spots, scratches and grafts. */
  blemishes: (options) => ({ ...options, blemishes: false }),
  /** The teacher's blocks as a start. */
  blocks: (options) => ({ ...options, takesOver: false }),
  /** Light, noise and blur that the student alone sees. */
  variations: (options) => ({ ...options, calmShare: 1 }),
  /** The end without them. */
  calm: (options) => ({ ...options, calmShare: 0 }),
} satisfies Record<string, (options: DistillOptions) => DistillOptions>

/** @throws Error - A name that is no ingredient. */
export function leaveOut(options: DistillOptions, names: readonly string[]): DistillOptions {
  return names.reduce((left, name) => {
    if (!Object.hasOwn(ingredients, name))
      throw new Error(`--without: expected one of ${Object.keys(ingredients).join(', ')}, got ${name}`)
    return ingredients[name as keyof typeof ingredients](left)
  }, options)
}
