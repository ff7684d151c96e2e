/**
 * Textures from a folder of images: the Describable Textures Dataset (DTD), as the reference has it, or any other.
 *
 * Images are resized as the reference resizes them (the shorter side to the model's, Pillow's filter), and those that fit
 * into a memory budget are kept so that later epochs need not decode them again; what is kept changes nothing in the result.
 */
import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError, reasonOfBadFile } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'
import { decodeImage } from '../image/decode-image.ts'
import { cropWindow } from '../image/frame.ts'
import type { Image, Size } from '../image/image.ts'
import { isImageName } from '../image/image-format.ts'
import { resizeWindow } from '../image/resize-bilinear.ts'
import type { Random } from '../math/random.ts'
import { checkCancelled, type Task } from '../task.ts'
import type { TextureSource } from './texture-source.ts'

export interface TextureFolder extends TextureSource {
  /** Image files found below the folder, by their ending. */
  readonly fileCount: number
  /** Files and folders that could not be read so far; files are opened when they are first drawn. */
  readonly unreadable: ReadonlyMap<string, string> // path -> reason
}

/** Bytes of resized textures kept in memory unless told otherwise: about 1,000 at 288 px. */
const defaultBudgetBytes = 256 * 2 ** 20

/** Of a texture much longer than wide, no more than this multiple of the model's side is kept. */
const longestMultiple = 4

/**
 * Lists a folder and all below it; hidden names are left out, links to folders not followed.
 *
 * @throws {InputError} The folder cannot be listed, or there is no image below it.
 */
export async function openTextureFolder(
  folder: string,
  task: Task,
  budgetBytes = defaultBudgetBytes,
): Promise<TextureFolder> {
  const unreadable = new Map<string, string>()
  const report = (path: string, reason: string): void => {
    if (unreadable.has(path)) return
    unreadable.set(path, reason)
    task.note(`texture left out: ${path}: ${reason}`)
  }
  const names = await listImages(folder, report, task)
  if (names.length === 0) {
    throw new InputError(
      folder,
      'holds no texture: expected JPEG, PNG, TIFF, BMP or WebP images in it or below it',
    )
  }
  const load = keepWithin(budgetBytes, async (name: string, size: Size) => {
    const path = join(folder, name)
    try {
      return coverSize(await decodeImage(path), size)
    } catch (error) {
      report(path, reasonOfBadFile(error))
      return undefined
    }
  })

  return {
    id: `folder:sha256:${sha256(names.join('\n'))}`,
    fileCount: names.length,
    unreadable,
    async draw(random: Random, size: Size): Promise<Image> {
      const first = random.integer(names.length)
      // From an unreadable file on to the next, so that what is drawn does not depend on what was met before.
      for (let i = 0; i < names.length; i++) {
        const texture = await load(names[(first + i) % names.length]!, size)
        if (texture !== undefined) return texture
      }
      throw new InputError(folder, `none of its ${names.length} images can be read`)
    },
  }
}

/** Paths relative to the folder, with `/`, sorted by code unit. */
async function listImages(
  root: string,
  report: (path: string, reason: string) => void,
  task: Task,
): Promise<string[]> {
  const found: string[] = []
  const visit = async (below: string): Promise<void> => {
    checkCancelled(task)
    for (const entry of await listFolder(join(root, below), below === '' ? undefined : report)) {
      if (entry.name.startsWith('.')) continue
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) await visit(name)
      else if (isImageName(entry.name)) found.push(name)
    }
  }
  await visit('')
  return found.sort()
}

/** @param report - Told where the folder cannot be listed; without it that is an error. */
async function listFolder(
  path: string,
  report: ((path: string, reason: string) => void) | undefined,
): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    const reason = `cannot be listed: ${systemReason(cause)}`
    if (report === undefined) throw new InputError(path, reason, { cause })
    report(path, reason)
    return []
  }
}

/** Resized until it just covers the size, aspect kept. */
function coverSize(image: Image, size: Size): Image {
  const { scaled } = cropWindow(image, size)
  const width = Math.min(scaled.width, longestMultiple * size.width)
  const height = Math.min(scaled.height, longestMultiple * size.height)
  const x = (scaled.width - width) >> 1
  const y = (scaled.height - height) >> 1
  return resizeWindow(image, 3, scaled, { x, y, width, height })
}

type Load = (name: string, size: Size) => Promise<Image | undefined>

/** Keeps what it loads until the budget is full; what failed is remembered too. */
function keepWithin(budgetBytes: number, load: Load): Load {
  const kept = new Map<string, Image | undefined>()
  let left = budgetBytes
  return async (name, size) => {
    const key = `${size.width}x${size.height} ${name}`
    if (kept.has(key)) return kept.get(key)
    const image = await load(name, size)
    const bytes = image === undefined ? 0 : image.data.byteLength
    if (bytes <= left && !kept.has(key)) {
      kept.set(key, image)
      left -= bytes
    }
    return image
  }
}
