/** Whether a dataset was prepared here, and how: so that a model which learns from it can do the same to photographs. */
import { readFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { Dataset, Sample } from '../../dataset/sample.ts'
import { InputError } from '../../errors.ts'
import { isSystemError, systemReason } from '../../files/atomic.ts'
import { maybeReadJson } from '../../files/read-json.ts'
import type { Size } from '../../image/image.ts'
import { decodeScenes } from '../../prepare/embedded/scenes-file.ts'
import { scenesName } from '../../prepare/keep-scenes.ts'
import type { Task } from '../../task.ts'
import { type Preparation, preparationSchema } from '../../wire/preparation.ts'
import { type Recipe, recipeSchema } from '../../wire/recipe.ts'

export interface DatasetPreparation {
  readonly recipe: Recipe
  /** Files that a model takes along, by name. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

const recordName = 'prepare.json'

/**
 * @returns Null where the images were not prepared here, or not all of them.
 * @throws {InputError} The record of the preparation is there and cannot be read. @throws {ModelError} What it learned is damaged.
 */
export async function preparationOf(
  { path, root }: Pick<Dataset, 'path' | 'root'>,
  samples: readonly Sample[],
  task: Task,
): Promise<DatasetPreparation | null> {
  for (const folder of new Set([root, dirname(path)])) {
    const record = await maybeReadJson(join(folder, recordName), preparationSchema)
    if (record === undefined) continue
    const outputs = new Set(record.images.flatMap((image) => image.outputs.map((output) => output.image)))
    const strangers = samples.filter(
      (sample) => !outputs.has(relative(folder, sample.path).split(sep).join('/')),
    )
    if (strangers.length === samples.length) continue
    if (strangers.length > 0) {
      task.note(
        `preparation: ${strangers.length} of ${samples.length} images, such as ${strangers[0]!.path}, are not of ${join(folder, recordName)}: the model will take images as they are`,
      )
      return null
    }
    return withScenes(folder, recipeOf(record, join(folder, recordName)), task)
  }
  return null
}

function recipeOf(record: Preparation, path: string): Recipe {
  const { options, segmenter, canvas, heavyEndDown = false, pixels = null, command, images } = record
  const recipe = recipeSchema.safeParse({
    segmenter: segmenter.id,
    blank: options.blank,
    center: options.center,
    rotateUpright: options.rotateUpright,
    heavyEndDown,
    canvas: canvas && { width: canvas.width, height: canvas.height },
    tile: options.tile,
    photographs: sizesOf(images.map(({ input }) => input)),
    pixels,
    command,
  })
  if (recipe.success) return recipe.data
  const issue = recipe.error.issues[0]!
  throw new InputError(path, `is not the record of a preparation: ${issue.path.join('.')}: ${issue.message}`)
}

/** Sizes told apart at most: cameras have one. */
const mostSizes = 16

function sizesOf(photographs: readonly Size[]): Size[] {
  const counts = new Map<string, { size: Size; count: number }>()
  for (const { width, height } of photographs) {
    const known = counts.get(`${width}x${height}`)
    if (known === undefined) counts.set(`${width}x${height}`, { size: { width, height }, count: 1 })
    else known.count++
  }
  const sorted = [...counts.values()].sort((a, b) => b.count - a.count)
  return sorted.slice(0, mostSizes).map(({ size }) => size)
}

async function withScenes(folder: string, recipe: Recipe, task: Task): Promise<DatasetPreparation> {
  if (recipe.segmenter !== 'embedded') return { recipe, files: new Map() }
  const path = join(folder, scenesName)
  try {
    const bytes = await readFile(path)
    decodeScenes(path, bytes)
    return { recipe, files: new Map([[scenesName, new Uint8Array(bytes)]]) }
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    if (cause.code !== 'ENOENT') throw new InputError(path, systemReason(cause), { cause })
    task.note(
      `preparation: ${path} is not there (an older version prepared the dataset): run the same \`plumbline prepare\` again, or the model cannot prepare photographs itself`,
    )
    return { recipe, files: new Map() }
  }
}
