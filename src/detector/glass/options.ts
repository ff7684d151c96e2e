/** GLASS's settings: a preset, and whatever is said otherwise; parsed strictly. */
import { z } from 'zod'
import type { Vision } from '../../backbone/vision.ts'
import { settingFlags } from '../setting-flags.ts'
import type { Embedding } from './patch-embedding.ts'

const odd = z
  .int()
  .min(1)
  .max(15)
  .refine((n) => n % 2 === 1, 'expected an odd number')
const deviation = z.number().min(1e-6).max(1e3)

/** What every preset decides; null in the options leaves it to the preset. */
const decided = {
  /** Whether an adaptor is trained before the discriminator. */
  adaptor: z.boolean(),
  /** Hidden layers of the discriminator, and their width. */
  layers: z.int().min(1).max(8),
  hidden: z.int().min(1).max(8192),
  /** Least and largest standard deviation of the noise that global anomalies begin with; each patch's is drawn between. */
  noise: z.tuple([deviation, deviation]).refine(([low, high]) => low <= high, 'expected [least, largest]'),
  /** Steps of gradient ascent, and how long each is. */
  ascentSteps: z.int().min(0).max(1000),
  ascentStepSize: z.number().min(0).max(1e3),
  /** Least distance of a global anomaly from its patch under the manifold hypothesis; twice that is the largest. */
  shellRadius: z.number().positive().max(1e6),
  /** Quantile of nominal distances from the centre that counts as the radius under the hypersphere hypothesis. */
  radiusQuantile: z.number().min(0).max(1),
  /** Share of the augmented patches, the best judged ones, that the loss leaves out. */
  easyShare: z.number().min(0).max(1),
  /** Weight of the loss of local anomalies; those of nominal patches and of global anomalies have 1. */
  localWeight: z.number().min(0).max(1e3),
  /** Of the adaptor; the discriminator has twice that. */
  learningRate: z.number().positive().max(1),
  /** How the learning rate goes on: as it is, or down to nothing along a cosine. */
  schedule: z.enum(['constant', 'cosine']),
  /** When training ends: after its budget, or before when held-back images and their synthetic anomalies are told apart no better. */
  stop: z.enum(['budget', 'held-back']),
  /** Patches, the most anomalous ones, whose mean score is the image's. */
  peaks: z.int().min(1).max(1024),
  /** Standard deviation of the blur of the map, in pixels of the model input. */
  sigma: z.number().min(0).max(64),
} as const

/** What only `small` decides: it draws patches from pools. */
const decidedSmall = {
  /** Training steps. */
  steps: z.int().min(1).max(10_000_000),
  /** Nominal patches a step, and as many global anomalies. */
  rows: z.int().min(2).max(1_048_576),
  /** Augmented patches a step, half of them anomalous. */
  augmentedRows: z.int().min(2).max(1_048_576),
  /** Augmented images: at most so many for each training image, and at most so many in all. */
  augmentedEach: z.int().min(1).max(1000),
  augmentedImages: z.int().min(1).max(1_000_000),
  /** Patches of each pool: a random sample where there are more. */
  poolSize: z.int().min(1).max(10_000_000),
  /** Least weight of a nominal patch in the draw, to which the probability that it is called anomalous is added; 1e6: all alike. */
  floor: z.number().positive().max(1e6),
} as const

/** What only `paper` decides: it takes whole images. */
const decidedPaper = {
  epochs: z.int().min(1).max(1_000_000),
  /** Images a step. */
  batch: z.int().min(1).max(4096),
  /** Images after which an epoch ends. */
  epochImages: z.int().min(1).max(10_000_000),
} as const

type Decided<Schemas extends Readonly<Record<string, z.ZodType>>> = {
  readonly [Name in keyof Schemas]: z.infer<Schemas[Name]>
}

/** Everything decided. */
export type GlassChoices = Decided<typeof decided> & { readonly textures: string | null } & (
    | ({ readonly preset: 'small' } & Decided<typeof decidedSmall>)
    | ({ readonly preset: 'paper' } & Decided<typeof decidedPaper>)
  )

/** `paper` is the reference's configuration; `small` was chosen for two cores (docs/detectors/glass.md). */
export const glassPresets = {
  small: {
    adaptor: false,
    layers: 2,
    hidden: 384,
    noise: [0.3, 0.6],
    ascentSteps: 0,
    ascentStepSize: 0.1,
    shellRadius: 1,
    radiusQuantile: 0.75,
    easyShare: 0,
    localWeight: 0.2,
    learningRate: 5e-4,
    schedule: 'cosine',
    stop: 'budget',
    peaks: 8,
    sigma: 4,
    steps: 3000,
    rows: 768,
    augmentedRows: 512,
    augmentedEach: 3,
    augmentedImages: 1500,
    poolSize: 262_144,
    floor: 0.02,
  },
  paper: {
    adaptor: true,
    layers: 1,
    hidden: 1024,
    noise: [0.015, 0.015],
    ascentSteps: 20,
    ascentStepSize: 0.001,
    shellRadius: 0.5,
    radiusQuantile: 0.75,
    easyShare: 0.5,
    localWeight: 1,
    learningRate: 1e-4,
    schedule: 'constant',
    stop: 'budget',
    peaks: 1,
    sigma: 4,
    epochs: 640,
    batch: 8,
    epochImages: 392,
  },
} as const satisfies {
  readonly small: Decided<typeof decided & typeof decidedSmall>
  readonly paper: Decided<typeof decided & typeof decidedPaper>
}

/** Each may be left to the preset. */
function nullable<Schemas extends Readonly<Record<string, z.ZodType>>>(schemas: Schemas) {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, schema.nullable().default(null)]),
  ) as { readonly [Name in keyof Schemas]: z.ZodDefault<z.ZodNullable<Schemas[Name]>> }
}

/** How patches are made; null for what the backbone's own patches are. */
const patches = {
  /** Stages whose outputs are joined, shallow to deep. */
  stages: z.array(z.string()).min(1),
  /** Model-input pixels from one patch to the next. */
  stride: z.int().min(1).max(64),
  /** Whether each stage's part of a patch is brought to length 1. */
  unitLength: z.boolean(),
  /** Side of the square neighbourhood averaged around each cell, in cells; odd. */
  neighbourhood: odd,
  /** Whether patches are told from their own image's mean, in units of its spread. */
  relative: z.boolean(),
} as const
const onlySmall = ['stride', 'unitLength', 'neighbourhood', 'relative', ...Object.keys(decidedSmall)] as const
const onlyPaper = [...Object.keys(decidedPaper), 'pooledDims'] as const

export const glassOptions = z
  .strictObject({
    preset: z
      .enum(['small', 'paper'])
      .default('small')
      .register(settingFlags, { help: "sized for two cores, or the paper's settings" }),
    /** What nominal images look like: around one appearance, along many, or judged by their average. */
    hypothesis: z.enum(['auto', 'manifold', 'hypersphere']).default('auto').register(settingFlags, {
      help: 'whether nominal images vary along many appearances or around one; `auto` goes by their average',
    }),
    /** Folder of images that anomalies get their textures from; null for embedded ones. */
    textures: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .register(settingFlags, {
        help: 'folder of images that synthetic anomalies get their textures from',
        path: { placeholder: 'DIR', mustExist: 'no such folder of textures' },
        defaultText: 'embedded ones',
      }),
    ...nullable(patches),
    ...nullable(decided),
    ...nullable(decidedSmall),
    ...nullable(decidedPaper),
    /** Width of a patch, and of each stage's part of it before they are averaged. */
    pooledDims: z.int().min(1).max(16_384).nullable().default(null),
  })
  .superRefine((options, context) => {
    const unread: readonly string[] = options.preset === 'paper' ? onlySmall : onlyPaper
    for (const name of unread) {
      if (options[name as keyof typeof options] === null) continue
      context.addIssue({
        code: 'custom',
        path: [name],
        message: `has no effect with preset ${options.preset}`,
      })
    }
  })

export type GlassOptions = z.infer<typeof glassOptions>

export function decideChoices(options: GlassOptions): GlassChoices {
  const preset = glassPresets[options.preset]
  const said = Object.keys(preset).flatMap((name) => {
    const value = options[name as keyof GlassOptions]
    return value === null || value === undefined ? [] : [[name, value] as const]
  })
  const { textures } = options
  return { preset: options.preset, textures, ...preset, ...Object.fromEntries(said) } as GlassChoices
}

/** The reference's width of a patch. */
const paperDims = 1536

export function chooseStages(
  { backbone }: Pick<Vision, 'backbone'>,
  options: GlassOptions,
): readonly string[] {
  return options.stages ?? backbone.patchDefaults.stages
}

export function chooseEmbedding({ backbone }: Pick<Vision, 'backbone'>, options: GlassOptions): Embedding {
  if (options.preset === 'paper') {
    const dims = options.pooledDims ?? paperDims
    return { kind: 'pooled', stageDims: dims, dims }
  }
  const own = backbone.patchDefaults
  return {
    kind: 'joined',
    stride: options.stride ?? own.stride,
    unitLength: options.unitLength ?? own.unitLength,
    neighbourhood: options.neighbourhood ?? own.neighbourhood,
    relative: options.relative ?? true,
  }
}
