/** Masks made elsewhere, from a folder or from one annotation file, told apart by what they hold. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describeWithoutArea } from '../../dataset/annotations/annotation.ts'
import { readAnnotations } from '../../dataset/annotations/read-annotations.ts'
import { readLabelmaps } from '../../dataset/labelmaps.ts'
import { baseName, listFolder, withoutEnding } from '../../dataset/listing.ts'
import { maskAffix } from '../../dataset/names/mask-affix.ts'
import type { Sample } from '../../dataset/sample.ts'
import { InputError } from '../../errors.ts'
import { isSystemError, systemReason } from '../../files/atomic.ts'
import { checkCancelled, type Task } from '../../task.ts'
import { type MatchedMasks, matchMasks } from './match-masks.ts'
import type { NamedMask } from './named-mask.ts'

/**
 * @param path - A folder of mask images and annotation files, or one annotation file.
 * @throws {InputError} It cannot be read, an annotation file is of no known format, or no mask fits any image.
 */
export async function readMasks(path: string, samples: readonly Sample[], task: Task): Promise<MatchedMasks> {
  const { named, words } = (await isFolder(path))
    ? { named: await readFolder(path, samples, task), words: '' }
    : await readNamed(path)
  const matched = matchMasks(
    samples.map(({ id }) => id),
    named,
  )
  if (matched.masks.size > 0) return matched
  if (named.length === 0 && words !== '') throw new InputError(path, `holds no mask of an object: ${words}`)
  const [first] = named
  const several = first === undefined ? [] : imagesCalled(samples, first.name)
  if (first !== undefined && several.length > 1)
    throw new InputError(
      path,
      `no mask in it is for one image alone by its name: ${first.name} may be for ${several.slice(0, 3).join(' or ')}; put masks into folders that are named like those of their images`,
    )
  const example = first === undefined ? 'it holds none' : `one of them is ${first.name}`
  throw new InputError(
    path,
    `no mask in it is for any of ${samples.length} images by its name: ${example}, an image is ${samples[0]!.id}`,
  )
}

/** Images with a name that a mask has, in whatever folder. */
function imagesCalled(samples: readonly Sample[], mask: string): string[] {
  const nameOf = (path: string): string =>
    withoutEnding(baseName(path.replaceAll('\\', '/'))).normalize('NFC')
  const wanted = new Set([nameOf(mask), maskAffix(nameOf(mask)).stem])
  return samples.map(({ id }) => id).filter((id) => wanted.has(nameOf(id)))
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new InputError(path, `masks cannot be read: ${systemReason(cause)}`, { cause })
  }
}

/** The photographs themselves may lie in it, beside their annotations: they are no masks. */
async function readFolder(folder: string, samples: readonly Sample[], task: Task): Promise<NamedMask[]> {
  const listing = await listFolder(folder, task)
  const photographs = new Set(samples.map(({ path }) => path))
  const backgroundOf = await readLabelmaps(listing)
  const byClass = listing.images.filter((file) => /(^|\/)SegmentationClass\//.test(file))
  const images = byClass.some((file) => backgroundOf(file)) ? byClass : listing.images
  const others = images.filter((name) => !photographs.has(join(folder, name)))
  const masks = others.map((name): NamedMask => {
    const background = backgroundOf(name)
    return { name, mask: { kind: 'file', path: join(folder, name), ...(background && { background }) } }
  })
  for (const file of listing.files.filter((name) => /\.(json|xml)$/i.test(name))) {
    checkCancelled(task)
    masks.push(...(await readNamed(join(folder, file))).named)
  }
  if (masks.length === 0 && others.length < images.length)
    throw new InputError(
      folder,
      'holds the photographs themselves and no masks of them: name the folder of the masks, or an annotation file',
    )
  return masks
}

/** Objects with an area, by their images. */
async function readNamed(path: string): Promise<{ readonly named: NamedMask[]; readonly words: string }> {
  const { format, images, remarks } = await readAnnotations(path)
  const named = images.flatMap(({ name, size, regions }): NamedMask[] =>
    regions.length === 0
      ? []
      : [{ name, mask: { kind: 'regions', size, regions: regions.map(({ region }) => region) } }],
  )
  const without = describeWithoutArea(images)
  const found = [...remarks, ...(without === '' ? [] : [`It marks ${without}.`])]
  return {
    named,
    words: `${format}, ${images.length} images${found.length > 0 ? `. ${found.join(' ')}` : ''}`,
  }
}
