/** Masks made elsewhere, from a folder or from one annotation file, told apart by what they hold. */
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { listFolder } from '../../dataset/listing.ts'
import type { Sample } from '../../dataset/sample.ts'
import { InputError } from '../../errors.ts'
import { isSystemError, systemReason } from '../../files/atomic.ts'
import { readText } from '../../files/read-json.ts'
import { checkCancelled, type Task } from '../../task.ts'
import { cocoMasks, cocoSchema } from './coco.ts'
import { cvatMasks } from './cvat.ts'
import { labelStudioMasks, labelStudioSchema } from './label-studio.ts'
import { type MatchedMasks, matchMasks } from './match-masks.ts'
import type { NamedMask } from './named-mask.ts'

/** CVAT lists its classes in this file where masks are coloured by class. */
const classList = 'labelmap.txt'

/**
 * @param path - A folder of mask images and annotation files, or one annotation file.
 * @throws {InputError} It cannot be read, an annotation file is of no known format, or no mask fits any image.
 */
export async function readMasks(path: string, samples: readonly Sample[], task: Task): Promise<MatchedMasks> {
  const named = (await isFolder(path)) ? await readFolder(path, task) : await readAnnotations(path)
  const matched = matchMasks(
    samples.map(({ id }) => id),
    named,
  )
  if (matched.masks.size > 0) return matched
  const example = named[0] === undefined ? 'it holds none' : `one of them is ${named[0].name}`
  throw new InputError(
    path,
    `no mask in it is for any of ${samples.length} images by its name: ${example}, an image is ${samples[0]!.id}`,
  )
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new InputError(path, `masks cannot be read: ${systemReason(cause)}`, { cause })
  }
}

async function readFolder(folder: string, task: Task): Promise<NamedMask[]> {
  const listing = await listFolder(folder, task)
  const isColoured = listing.files.some((file) => basename(file) === classList)
  const byClass = listing.images.filter((file) => /(^|\/)SegmentationClass\//.test(file))
  const images = isColoured && byClass.length > 0 ? byClass : listing.images
  const masks: NamedMask[] = images.map((name) => ({
    name,
    mask: { kind: 'file', path: join(folder, name), isColoured },
  }))
  for (const file of listing.files.filter((name) => /\.(json|xml)$/i.test(name))) {
    checkCancelled(task)
    masks.push(...(await readAnnotations(join(folder, file))))
  }
  return masks
}

async function readAnnotations(path: string): Promise<NamedMask[]> {
  const text = (await readText(path)).replace(/^\uFEFF/, '')
  if (/^\s*</.test(text)) return cvatMasks(path, text)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new InputError(path, `is neither JSON nor XML: ${(cause as Error).message}`, { cause })
  }
  const coco = cocoSchema.safeParse(json)
  if (coco.success) return cocoMasks(path, coco.data)
  const labelStudio = labelStudioSchema.safeParse(json)
  if (labelStudio.success) return labelStudioMasks(path, labelStudio.data)
  const { path: field, message } = (Array.isArray(json) ? labelStudio : coco).error.issues[0]!
  throw new InputError(
    path,
    `is neither annotations of COCO nor an export of Label Studio (JSON): ${field.join('.') || 'the whole'}: ${message}`,
  )
}
