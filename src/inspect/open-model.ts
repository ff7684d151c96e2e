/** From a model folder to an inspector: card, files and weights verified, detector loaded; the network opens with the first image. */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createVision, type OpenVision, type VisionOptions } from '../backbone/create-vision.ts'
import { readPicture } from '../backbone/read-picture.ts'
import { type ResolvedBackbone, resolveBackbone } from '../backbone/resolve-weights.ts'
import type { ImageRef } from '../backbone/vision.ts'
import type { Detector, DetectorMethod } from '../detector/detector.ts'
import { loadMethod } from '../detector/methods.ts'
import { loadModel, type ModelFiles, refuseOtherVersion } from '../detector/model-folder.ts'
import { backboneOf } from '../detector/model-weights.ts'
import type { View } from '../detector/view/view.ts'
import { viewDetector } from '../detector/view/view-method.ts'
import { measureImage } from '../drift/measure-image.ts'
import { ModelError } from '../errors.ts'
import { parsePartScore } from '../evaluate/part-score.ts'
import { readTrustedKey } from '../files/signature.ts'
import type { Mask } from '../image/image.ts'
import type { PixelReading } from '../image/pixel-reading.ts'
import { quietTask, type Task } from '../task.ts'
import type { ModelCard } from '../wire/model.ts'
import { createInspector } from './create-inspector.ts'
import type { Inspector } from './inspector.ts'
import { noteEmbeddings } from './note-embeddings.ts'
import { type PictureKind, readOnly, type Stage, stagePhotographs } from './stage-photographs.ts'
import { viewOf } from './view-of.ts'

/** A fold of a run whose models were kept (`--keep-models`). */
export interface EvaluatedFold {
  /** Run folder. */
  readonly run: string
  /** 0 for the first. */
  readonly fold: number
}

export interface OpenModelOptions {
  /** Detectors of one's own that the model may be of. */
  readonly methods?: readonly DetectorMethod[]
  /** Folder of weights files to take in place of those in the model folder; they must be the same. Default null, none. */
  readonly weights?: string | null
  /** File of a public key: only a folder that it has signed is opened. Default null, any folder. */
  readonly trust?: string | null
  /** Default `auto`. */
  readonly device?: string
  /** Default all the machine offers. */
  readonly threads?: number
  /** Folder of the feature cache, for files that are inspected more than once; default null, none. */
  readonly cache?: string | null
  /** Mean features of each picture are noted as it is looked at; default false. */
  readonly embeddings?: boolean
  /** Images of one list at most, where that is known: no run of the network need be larger. */
  readonly images?: number
  /**
   * What pictures are, for a model that learnt from prepared images: `camera` photographs, which it prepares itself, `prepared`
   * ones; default `auto`, which tells them apart. Other models take pictures as they come.
   */
  readonly input?: PictureKind
  /** Told what the user should know about the weights and the pictures; it can stop the opening. */
  readonly task?: Task
}

export interface ModelInspector extends Inspector {
  readonly card: ModelCard
}

/**
 * @param model - A model folder, as `train` writes it, or a fold of a run that kept its models.
 * @throws {ModelError} The folder, or the weights of its backbone, are not what they should be. @throws {UsageError} No such
 *   detector or device.
 * Cost: reads and verifies the files, and hashes the weights; the first image opens the network.
 */
export async function openModel(
  model: string | EvaluatedFold,
  options: OpenModelOptions = {},
): Promise<ModelInspector> {
  const { device = 'auto', threads = availableParallelism(), cache = null } = options
  const { input = 'auto', task = quietTask } = options
  const { folder, card, extras, backbone, view, ...loaded } = await loadParts(model, options)
  const reading = card.pixels && readingOf(card.pixels)
  const prepare =
    card.preparation === null ? undefined : stagePhotographs(folder, card.preparation, extras, input, task)
  const objects = new WeakMap<ImageRef, Mask>()
  const read = prepare ?? (view?.tiles ? readOnly(reading) : undefined)
  const stage: Stage | undefined =
    read &&
    (async (ref) => {
      const staged = await read(ref)
      if (staged.silhouette !== null) objects.set(staged.ref, staged.silhouette)
      return staged
    })
  const detector =
    view === null
      ? loaded.detector
      : viewDetector(loaded.detector, { ...view, objectOf: (ref) => objects.get(ref) ?? null })
  noteTiles(card, task)

  const decodeTimes = new WeakMap<ImageRef, number>()
  const { width, height, fit } = card.input
  const sees: VisionOptions = {
    size: { width, height },
    fit,
    backbone,
    cacheFolder: cache,
    device,
    threads,
    ...(reading && { reading }),
    interest: view?.interest ?? null,
    onDecoded: (ref, milliseconds) => decodeTimes.set(ref, (decodeTimes.get(ref) ?? 0) + milliseconds),
  }
  const embeddings = new WeakMap<ImageRef, Float32Array>()
  const open = (own: Partial<VisionOptions>): OpenVision => {
    const vision = createVision({ ...sees, ...own })
    return options.embeddings === true
      ? noteEmbeddings(vision, (ref, embedding) => embeddings.set(ref, embedding))
      : vision
  }
  const vision = open(options.images === undefined ? {} : { images: options.images })
  const visionOfOne = open({ batch: 1 })
  const inspector = createInspector({
    detector,
    vision,
    visionOfOne,
    operating: card.threshold && {
      threshold: card.threshold.value,
      reviewThreshold: card.threshold.review,
    },
    regionLevel: card.regions?.level ?? null,
    ...(card.threshold && { partScore: parsePartScore(card.threshold.partScore) }),
    decodeTime: (ref) => decodeTimes.get(ref) ?? 0,
    embeddingOf: (ref) => embeddings.get(ref) ?? null,
    ...(stage && { stage }),
    measure: async (ref) => measureImage(await readPicture(ref, null, ref.reading ?? reading)),
    async close() {
      await detector.close()
      await Promise.all([vision.close(), visionOfOne.close()])
    },
  })
  return { ...inspector, card }
}

export interface ModelParts {
  readonly folder: string
  readonly card: ModelCard
  /** Files beside the detector's own. */
  readonly extras: ModelFiles
  readonly backbone: ResolvedBackbone
  /** Tiles and region of interest; null where the model looks at whole pictures. */
  readonly view: View | null
  /** Knows nothing of the view. The caller closes it. */
  readonly detector: Detector
}

/**
 * What a model is made of, every file verified.
 *
 * @throws {ModelError} @throws {UsageError} As {@link openModel}.
 */
export async function loadParts(
  model: string | EvaluatedFold,
  options: Pick<OpenModelOptions, 'methods' | 'weights' | 'trust' | 'device' | 'threads' | 'task'>,
): Promise<ModelParts> {
  const { device = 'auto', threads = availableParallelism(), weights = null, task = quietTask } = options
  const folder = typeof model === 'string' ? model : keptModel(model)
  const { trust = null } = options
  const { card, files, extras } = await loadModel(folder, trust === null ? null : await readTrustedKey(trust))
  const method = await loadMethod(card.detector.id, options.methods)
  refuseOtherVersion(folder, card, method)
  const backbone =
    weights === null ? await backboneOf(folder, card) : await elsewhere(folder, card, weights, task)
  const view = await viewOf(folder, card, extras)
  return { folder, card, extras, backbone, view, detector: await method.load(files, { device, threads }) }
}

/** A threshold of single tiles is exceeded more often by the largest of many. */
function noteTiles({ preparation, input, threshold }: ModelCard, task: Task): void {
  if (preparation?.tile == null || input.tiles !== undefined || threshold?.level !== 'image') return
  task.note(
    'its threshold was chosen on single tiles of prepared images: a photograph, which has the largest score of its tiles, exceeds it more often; train with --from-run of an evaluation by parts',
  )
}

/** @throws {ModelError} The run kept no model of this fold. */
function keptModel({ run, fold }: EvaluatedFold): string {
  const folder = join(run, 'models', `fold-${fold}`)
  if (existsSync(folder)) return folder
  throw new ModelError(folder, 'the run kept no model of this fold: evaluate again with --keep-models')
}

/** As the model's own images were read; of files whose every page was an image, the first. */
export function readingOf({ range, page }: NonNullable<ModelCard['pixels']>): PixelReading {
  return { ...(range !== null && { range }), ...(page !== 'all' && page > 1 && { page }) }
}

/** @throws {ModelError} The weights in that folder are not there, or are others than the model's. */
async function elsewhere(
  folder: string,
  { backbone: { id, weights } }: ModelCard,
  weightsFolder: string,
  task: Task,
): Promise<ResolvedBackbone> {
  const found = await resolveBackbone({ backbone: id, weightsFolders: [weightsFolder] }, task)
  if (found.weightsId === weights) return found
  throw new ModelError(
    join(folder, 'model.json'),
    `was fitted on ${id} with weights ${weights}, but those in ${weightsFolder} are ${found.weightsId}`,
  )
}
