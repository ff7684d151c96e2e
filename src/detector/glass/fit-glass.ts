/** From nominal images to a trained model: patches, a hypothesis, batches by the preset's way, training. */
import { UsageError } from '../../errors.ts'
import { embeddedTextures } from '../../synthesis/embedded-textures.ts'
import { openTextureFolder } from '../../synthesis/folder-textures.ts'
import type { TextureSource } from '../../synthesis/texture-source.ts'
import type { Task } from '../../task.ts'
import type { TrainingCurves } from '../../wire/training-curves.ts'
import type { FitInput, ImageRef } from '../detector.ts'
import type { AugmentOptions } from './augment-images.ts'
import type { BatchSource } from './batch-source.ts'
import type { GlassModel, Standardisation } from './glass-file.ts'
import { type GlobalAnomalies, gaussianNoise } from './global-anomalies.ts'
import { openHeldBack, splitHeldBack } from './held-back.ts'
import { type Hypothesis, judgeHypothesis } from './hypothesis.ts'
import { imageBatches } from './image-batches.ts'
import { announceMemory } from './memory.ts'
import { initialNetworks, type NetworkShape } from './networks.ts'
import {
  chooseEmbedding,
  chooseStages,
  decideChoices,
  type GlassChoices,
  type GlassOptions,
} from './options.ts'
import { patchBatches } from './patch-batches.ts'
import { augmentedPool, nominalPool, type Pool } from './patch-pool.ts'
import { asTheyAre, standardisationOf, standardiseInPlace } from './standardise.ts'
import { type NetworkTraining, trainNetworks } from './train-networks.ts'
import type { StepSettings } from './training-plan.ts'

export interface FittedGlass {
  readonly model: GlassModel
  readonly curves: TrainingCurves
}

/** What may be done otherwise than GLASS does it. */
export interface GlassHooks {
  /** Told the model after each epoch; for experiments. */
  readonly onEpoch?: (epoch: number, model: GlassModel) => Promise<void>
  /** Makes global anomalies of batches of so many rows of the (standardised) pool, with preset `small`; default Gaussian noise. */
  readonly openGlobals?: (nominal: Pool, rows: number, input: FitInput) => Promise<GlobalAnomalies>
}

export async function fitGlass(
  input: FitInput,
  options: GlassOptions,
  { onEpoch, openGlobals }: GlassHooks = {},
): Promise<FittedGlass> {
  const { vision, random, task, device, threads } = input
  const machine = { device, threads }
  const choices = decideChoices(options)
  const textures = await openTextures(choices.textures, task)
  const augment: AugmentOptions = {
    vision,
    stages: chooseStages(vision, options),
    embedding: chooseEmbedding(vision, options),
    textures,
    synthesis: {},
    task,
  }
  const { train, held } = splitHeldBack(input.samples, choices.stop, random.fork('held-back'))
  const hypothesis = await chooseHypothesis(options.hypothesis, train, input)
  const prepared =
    choices.preset === 'paper'
      ? await prepareImages(train, choices, augment, input)
      : await preparePools(train, choices, augment, input, openGlobals)
  const { source, standard, epochs, globals } = prepared
  const shape = shapeOf(choices, source.dims)
  const settings: GlassModel['settings'] = {
    shape,
    stages: [...augment.stages],
    embedding: augment.embedding,
    hypothesis,
    scale: choices.preset === 'paper' ? 'probability' : 'surprisal',
    edge: choices.preset === 'paper' ? 'reflect' : 'renormalise',
    peaks: choices.peaks,
    sigma: choices.sigma,
  }
  try {
    const heldBack = await openHeldBack(held, {
      settings,
      standard,
      augment,
      random: random.fork('judge'),
      machine,
    })
    const training: NetworkTraining = {
      settings: stepSettings(choices, shape, source, hypothesis, epochs),
      source,
      initial: initialNetworks(shape, random.fork('networks')),
      epochs,
      heldBack,
      machine,
      task,
      scratch: input.scratch ?? null,
      ...(onEpoch && { onEpoch: (epoch, networks) => onEpoch(epoch, { settings, networks, standard }) }),
    }
    const { networks, curves } = await trainNetworks(training)
    return { model: { settings, networks, standard }, curves }
  } finally {
    await globals?.close()
  }
}

function openTextures(folder: string | null, task: Task): Promise<TextureSource> | TextureSource {
  return folder === null ? embeddedTextures : openTextureFolder(folder, task)
}

async function chooseHypothesis(
  said: GlassOptions['hypothesis'],
  samples: readonly ImageRef[],
  { vision, task }: FitInput,
): Promise<Hypothesis> {
  if (said !== 'auto') return said
  const judged = await judgeHypothesis(samples, vision, task)
  task.note(`glass: the average image speaks for the ${judged} hypothesis`)
  return judged
}

interface Prepared {
  readonly source: BatchSource
  readonly standard: Standardisation
  readonly epochs: number
  /** What makes global anomalies, to be closed; null where it is part of the batches. */
  readonly globals: GlobalAnomalies | null
}

async function prepareImages(
  train: readonly ImageRef[],
  choices: Extract<GlassChoices, { preset: 'paper' }>,
  augment: AugmentOptions,
  input: FitInput,
): Promise<Prepared> {
  const { batch, epochImages, epochs } = choices
  const { cells, dims } = patchGridOf(augment)
  const size = (images: number) => ({
    ...shapeOf(choices, dims),
    rows: images * cells,
    augmentedRows: images * cells,
    poolBytes: Math.min(2 ** 30, 2 * train.length * cells * dims) + 4 * 4 * images * cells * dims,
  })
  announceMemory({ name: 'batch', value: Math.min(batch, Math.max(1, train.length)), size }, input)
  const options = { ...augment, images: batch, epochImages, noise: choices.noise[1] }
  const source = await imageBatches(train, options, input.random.fork('batches'))
  return { source, standard: asTheyAre(source.dims), epochs, globals: null }
}

/** Steps between two looks at which nominal patches the discriminator is unsure of. */
const epochSteps = 250

async function preparePools(
  train: readonly ImageRef[],
  choices: Extract<GlassChoices, { preset: 'small' }>,
  augment: AugmentOptions,
  input: FitInput,
  openGlobals: GlassHooks['openGlobals'],
): Promise<Prepared> {
  const { vision, random, task, device, threads } = input
  const { rows, augmentedRows, floor, steps, poolSize } = choices
  const { cells, dims } = patchGridOf(augment)
  const size = (count: number) => ({
    ...shapeOf(choices, dims),
    rows: count,
    augmentedRows,
    poolBytes: 3 * 4 * dims * Math.min(poolSize, cells * train.length),
  })
  announceMemory({ name: 'rows', value: rows, size }, input)
  const nominal = await nominalPool(train, vision, augment, poolSize, random.fork('nominal'), task)
  const standard = standardisationOf(nominal)
  const images = Math.min(choices.augmentedImages, choices.augmentedEach * train.length)
  const augmented = await augmentedPool(train, augment, images, poolSize, random.fork('augmented'))
  for (const pool of [nominal, augmented.anomalous, augmented.nominal])
    standardiseInPlace(pool.rows, standard)
  const [low, high] = choices.noise
  const shape = shapeOf(choices, nominal.dims)
  const globals = (await openGlobals?.(nominal, rows, input)) ?? gaussianNoise({ low, high }, nominal.dims)
  const options = {
    rows,
    augmentedRows,
    floor,
    shape,
    globals,
    epochSteps: Math.min(epochSteps, steps),
  }
  const source = patchBatches(nominal, augmented, options, random.fork('batches'), { device, threads })
  return { source, standard, epochs: Math.ceil(steps / source.epochSteps), globals }
}

const shapeOf = ({ hidden, layers, adaptor }: GlassChoices, dims: number): NetworkShape => ({
  dims,
  hidden,
  layers,
  adaptor,
})

/** Patches of an image and their width, before any image was looked at. @throws {UsageError} There is no such stage. */
function patchGridOf({ vision, stages, embedding }: AugmentOptions): {
  readonly cells: number
  readonly dims: number
} {
  const { backbone, size } = vision
  const infos = stages.map((name) => {
    const found = backbone.stages.find((stage) => stage.name === name)
    if (found !== undefined) return found
    throw new UsageError(`glass: backbone ${backbone.id} has no stage ${name}`)
  })
  const stride =
    embedding.kind === 'joined' ? embedding.stride : Math.min(...infos.map((stage) => stage.stride))
  return {
    cells: Math.ceil(size.width / stride) * Math.ceil(size.height / stride),
    dims:
      embedding.kind === 'pooled' ? embedding.dims : infos.reduce((sum, { channels }) => sum + channels, 0),
  }
}

function stepSettings(
  choices: GlassChoices,
  shape: NetworkShape,
  source: BatchSource,
  hypothesis: Hypothesis,
  epochs: number,
): StepSettings {
  const { learningRate: rate, schedule } = choices
  const steps = epochs * source.epochSteps
  return {
    ...shape,
    rows: source.rows,
    augmentedRows: source.augmentedRows,
    positions: source.mean.length / shape.dims,
    hypothesis,
    ascent: { steps: choices.ascentSteps, stepSize: choices.ascentStepSize, projectEvery: 5 },
    shellRadius: choices.shellRadius,
    radiusQuantile: choices.radiusQuantile,
    easyShare: choices.easyShare,
    localWeight: choices.localWeight,
    sharedNorm: choices.preset === 'small',
    learningRate:
      schedule === 'constant' ? rate : (step) => (rate * (1 + Math.cos((Math.PI * (step - 1)) / steps))) / 2,
  }
}
