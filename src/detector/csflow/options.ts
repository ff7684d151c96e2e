/** CS-Flow's settings: a preset, and whatever is said otherwise; parsed strictly. */
import { z } from 'zod'
import type { Vision } from '../../backbone/vision.ts'
import { UsageError } from '../../errors.ts'
import { present } from '../../present.ts'
import { settingFlags } from '../setting-flags.ts'

const odd = z
  .int()
  .min(1)
  .max(15)
  .refine((n) => n % 2 === 1, 'expected an odd number')

/** What a preset decides; null in the options leaves it to the preset. */
const decided = {
  /** Side of the kernels of each coupling block, which says how many blocks there are. */
  kernels: z.array(odd).min(1).max(32),
  /** Hidden channels of the networks in the couplings. */
  hidden: z.int().min(1).max(8192),
  /** Where the logarithm of a coupling's factor levels off. */
  clamp: z.number().positive().max(20),
  /** Passes over the training images. */
  epochs: z.int().min(1).max(100_000),
  /** Steps that are taken at least: few images are passed over more often. */
  leastSteps: z.int().min(0).max(10_000_000),
  /** Images to a step. */
  batch: z.int().min(1).max(4096),
  learningRate: z.number().positive().max(1),
  /** How the learning rate goes on: as it is, or down to nothing along a cosine. */
  schedule: z.enum(['constant', 'cosine']),
  weightDecay: z.number().min(0).max(1),
  /** Norm to which the gradients of all parameters together are clipped. */
  maxGradientNorm: z.number().positive(),
  /** Whether each stage's features of a cell are brought to length 1, so that their direction alone counts. */
  unitLength: z.boolean(),
  /**
   * What is done to features before the flow, by statistics of the training images at each scale: nothing; each channel brought
   * to mean 0 and deviation 1; or that, and channels made uncorrelated.
   */
  standardise: z.enum(['none', 'channels', 'whitened']),
  /** How the smaller inputs are made. */
  scaling: z.enum(['smooth', 'subsampled']),
  /** Share of the cells, those of the largest energy, whose mean is the image score; 1 for all of them. */
  peakShare: z.number().positive().max(1),
  /** Standard deviation of the blur of the map, in pixels of the model input. */
  sigma: z.number().min(0).max(64),
} as const

const settingsSchema = z.strictObject(decided)
/** Everything decided. */
export type CsflowSettings = z.infer<typeof settingsSchema>

type Preset = 'small' | 'paper'
/** Null leaves it to the backbone. */
type PresetSettings = Omit<CsflowSettings, 'unitLength'> & { readonly unitLength: boolean | null }

/** `paper` is the reference's configuration; `small` was chosen for two cores (docs/detectors/csflow.md). */
export const csflowPresets: Readonly<Record<Preset, PresetSettings>> = {
  small: {
    kernels: [3, 3, 3, 3],
    hidden: 64,
    clamp: 3,
    epochs: 10,
    leastSteps: 600,
    batch: 8,
    learningRate: 1e-2,
    schedule: 'cosine',
    weightDecay: 1e-5,
    maxGradientNorm: 1,
    unitLength: null,
    standardise: 'whitened',
    scaling: 'smooth',
    peakShare: 1,
    sigma: 4,
  },
  paper: {
    kernels: [3, 3, 3, 5],
    hidden: 1024,
    clamp: 3,
    epochs: 240,
    leastSteps: 0,
    batch: 16,
    learningRate: 2e-4,
    schedule: 'constant',
    weightDecay: 1e-5,
    maxGradientNorm: 1,
    unitLength: false,
    standardise: 'none',
    scaling: 'subsampled',
    peakShare: 1,
    sigma: 0,
  },
}

/** Model input of each preset. */
export const presetSizes = {
  small: { width: 256, height: 256 },
  paper: { width: 768, height: 768 },
} as const

export const csflowOptions = z.strictObject({
  preset: z
    .enum(['small', 'paper'])
    .default('small')
    .register(settingFlags, { help: "sized for two cores, or the paper's settings" }),
  /** Stages of the backbone whose outputs are joined, all of one stride; null for the detector's own choice. */
  stages: z.array(z.string()).min(1).nullable().default(null),
  /** The finest input as a multiple of the model input; the others are a half and a quarter of it. */
  magnify: z.union([z.literal(0.5), z.literal(1), z.literal(2), z.literal(4)]).default(1),
  kernels: decided.kernels.nullable().default(null),
  hidden: decided.hidden.nullable().default(null),
  clamp: decided.clamp.nullable().default(null),
  epochs: decided.epochs.nullable().default(null),
  leastSteps: decided.leastSteps.nullable().default(null),
  batch: decided.batch.nullable().default(null),
  learningRate: decided.learningRate.nullable().default(null),
  schedule: decided.schedule.nullable().default(null),
  weightDecay: decided.weightDecay.nullable().default(null),
  maxGradientNorm: decided.maxGradientNorm.nullable().default(null),
  unitLength: decided.unitLength.nullable().default(null),
  standardise: decided.standardise.nullable().default(null),
  scaling: decided.scaling.nullable().default(null),
  peakShare: decided.peakShare.nullable().default(null),
  sigma: decided.sigma.nullable().default(null),
})

export type CsflowOptions = z.infer<typeof csflowOptions>

export function decideSettings(
  options: CsflowOptions,
  { patchDefaults }: Pick<Vision['backbone'], 'patchDefaults'>,
): CsflowSettings {
  const preset = { ...csflowPresets[options.preset] }
  preset.unitLength ??= patchDefaults.unitLength
  const said = Object.keys(preset).flatMap((name) => {
    const value = options[name as keyof CsflowSettings]
    return value === null ? [] : [[name, value] as const]
  })
  return { ...preset, ...Object.fromEntries(said) } as CsflowSettings
}

/** What the reference takes of EfficientNet-B5: the output of its sixth stage, 304 channels at stride 32. */
const referenceStage = { backbone: 'efficientnet_b5', stage: 'features.6' } as const

/** The stages to take features from, and their common stride. @throws {UsageError} Their strides differ. */
export function chooseStages(
  { backbone }: Pick<Vision, 'backbone'>,
  { stages }: Pick<CsflowOptions, 'stages'>,
): { readonly names: readonly string[]; readonly stride: number } {
  const names = stages ?? ownStages(backbone)
  const strides = names.map((name) => backbone.stages.find((stage) => stage.name === name)?.stride)
  const [stride] = strides
  const known = strides.filter((each) => each !== undefined) // an unknown stage is refused by the backbone, by name
  if (new Set(known).size > 1) {
    throw new UsageError(
      `csflow: expected stages of one stride, got ${names.join(', ')} of ${strides.join(', ')}`,
    )
  }
  return { names, stride: stride ?? 1 }
}

function ownStages({ id, stages, patchDefaults }: Vision['backbone']): readonly string[] {
  if (id === referenceStage.backbone) return [referenceStage.stage]
  const strideOf = (name: string) =>
    present(
      stages.find((stage) => stage.name === name),
      `a stage ${name}`,
    ).stride
  const coarsest = Math.max(...patchDefaults.stages.map(strideOf))
  return patchDefaults.stages.filter((name) => strideOf(name) === coarsest)
}
