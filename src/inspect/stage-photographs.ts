/** Before the detector sees it: a photograph prepared as the model's training images were, or refused where that cannot be. */
import { readPicture } from '../backbone/read-picture.ts'
import type { ImageRef } from '../backbone/vision.ts'
import type { ModelFiles } from '../detector/model-folder.ts'
import { InputError, UsageError } from '../errors.ts'
import type { Image, Mask } from '../image/image.ts'
import type { PixelReading } from '../image/pixel-reading.ts'
import { createSegmenter } from '../prepare/create-segmenter.ts'
import { decodeScenes } from '../prepare/embedded/scenes-file.ts'
import { scenesName } from '../prepare/keep-scenes.ts'
import type { Placement } from '../prepare/placement.ts'
import { preparePhotograph } from '../prepare/prepare-photograph.ts'
import type { Segmenter } from '../prepare/segmenter.ts'
import type { Task } from '../task.ts'
import { marks as markTable } from '../wire/preparation.ts'
import type { Recipe } from '../wire/recipe.ts'
import { looksPrepared } from './recognise-prepared.ts'

/** What a picture is: a photograph as the camera gives it, or prepared already; `auto` tells them apart. */
export type PictureKind = 'auto' | 'camera' | 'prepared'

export interface Staged {
  /** What the detector is shown. */
  readonly ref: ImageRef & { readonly picture: Image }
  /** The object in it; null where none was looked for, or found. */
  readonly silhouette: Mask | null
  /** Where it lies in the photograph; null where it was taken as it is. */
  readonly placement: Placement | null
  /** What a person should know of, before trusting a verdict. */
  readonly notes: readonly string[]
  /** Milliseconds of reading and decoding. */
  readonly decode: number
}

/** @throws {InputError} The picture cannot be read, or cannot be prepared here, with what to bring. */
export type Stage = (ref: ImageRef) => Promise<Staged>

/**
 * @param folder - Of the model, for messages. @param extras - Files of the model.
 * @throws {UsageError} Photographs are announced, and the model cannot prepare them. @throws {ModelError} A file of its is damaged.
 */
export function stagePhotographs(
  folder: string,
  recipe: Recipe,
  extras: ModelFiles,
  kind: PictureKind,
  task: Task,
): Stage {
  const segmenter = segmenterOf(folder, recipe, extras)
  if (segmenter === null && kind === 'camera') throw new UsageError(`${folder}: ${refusal(recipe)}`)
  const reading = readingOf(recipe)
  let isTold = false
  return async (ref) => {
    const started = performance.now()
    const photograph = await readPicture(ref, null, ref.reading ?? reading)
    const decode = performance.now() - started
    const asItIs = {
      ref: { ...ref, picture: photograph },
      silhouette: null,
      placement: null,
      notes: [],
      decode,
    }
    if (kind === 'prepared') return asItIs
    if (kind === 'auto' && looksPrepared(photograph, recipe)) {
      if (!isTold)
        task.note(
          `${ref.path}: is prepared already (${photograph.width}x${photograph.height}), and taken as it is; photographs of this size: --input camera`,
        )
      isTold = true
      return asItIs
    }
    if (segmenter === null) throw new InputError(ref.path, refusal(recipe))
    const { picture, silhouette, placement, marks } = await preparePhotograph(photograph, recipe, segmenter)
    const notes = marks.map((mark) => markTable[mark].words)
    return { ref: { ...ref, picture }, silhouette, placement, notes, decode }
  }
}

/** Reads the picture and leaves it as it is: for tiles, which are cut of pixels. */
export const readOnly =
  (reading: PixelReading | undefined): Stage =>
  async (ref) => {
    const started = performance.now()
    const picture = await readPicture(ref, null, ref.reading ?? reading)
    const decode = performance.now() - started
    return { ref: { ...ref, picture }, silhouette: null, placement: null, notes: [], decode }
  }

/** @returns Null where photographs cannot be prepared here. */
function segmenterOf(folder: string, recipe: Recipe, extras: ModelFiles): Segmenter | null {
  if (recipe.segmenter === 'none') return createSegmenter({ id: 'none' })
  const bytes = extras.get(scenesName)
  if (recipe.segmenter !== 'embedded' || bytes === undefined) return null
  return createSegmenter({ id: 'embedded', ...decodeScenes(`${folder}/${scenesName}`, bytes) })
}

const readingOf = ({ pixels }: Recipe): PixelReading | undefined =>
  pixels === null
    ? undefined
    : {
        ...(pixels.range !== null && { range: pixels.range }),
        ...(typeof pixels.page === 'number' && pixels.page > 1 && { page: pixels.page }),
      }

function refusal({ segmenter, canvas, tile, command }: Recipe): string {
  const own = tile ?? canvas
  const why = {
    embedded: 'the model has no file of what its photographs show: prepare the dataset again and train anew',
    masks: 'their objects were found by masks made elsewhere: bring masks for these photographs too',
    'grounded-sam': 'their objects were found by Grounding DINO and SAM, which a model does not hold',
    none: '',
  }[segmenter]
  return (
    `the model learnt from prepared images${own === null ? '' : ` (${own.width}x${own.height})`}, and this is none; ${why}. ` +
    `Prepare photographs as those were (${command}), and predict what comes out; what is prepared already: --input prepared`
  )
}
