/** Every file below a folder by name, without opening one: what the layouts look at. */
import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { InputError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { isImageName } from '../image/image-format.ts'
import { groupBy } from '../math/group-by.ts'
import { lastOf } from '../present.ts'
import { checkCancelled, type Task } from '../task.ts'
import { imagesByContent } from './images-by-content.ts'
import { isSystemFolder } from './names/folder-meaning.ts'
import type { DatasetIssue } from './sample.ts'

/** The file by which Plumbline marks the folders that it writes into. */
export const markerName = '.plumbline'

/** Folders that were not looked into, relative to the root. */
export interface PassedOver {
  /** Thumbnails of a NAS, recycle bins, leftovers of archive programs. */
  readonly system: readonly string[]
  /** What Plumbline wrote: runs, models, heat maps. */
  readonly own: readonly string[]
}

/** Paths are relative to the root with `/` as separator, sorted by code unit. Hidden files and folders are left out. */
export interface Listing {
  /** Absolute. */
  readonly root: string
  readonly files: readonly string[]
  /** Those of the files that are images by their ending, or else by their first bytes. */
  readonly images: readonly string[]
  /** Folders that could not be listed, links that lead nowhere. */
  readonly issues: readonly DatasetIssue[]
  readonly passedOver: PassedOver
  /** Names of the folders directly in a folder, empty ones too; '' is the root. */
  subfolders(folder: string): readonly string[]
  /** Image files directly in a folder. */
  imagesIn(folder: string): readonly string[]
  /** Image files in a folder or anywhere below it. */
  imagesBelow(folder: string): readonly string[]
  /** Files of any kind in a folder or anywhere below it. */
  filesBelow(folder: string): readonly string[]
  /** How many those are. */
  countBelow(folder: string): number
  /** The image file with this path but for its ending; PNG is preferred. */
  findImage(pathWithoutEnding: string): string | undefined
  has(file: string): boolean
  /** Where a symbolic link to a file leads; undefined for other files. */
  linkTarget(file: string): string | undefined
}

/** What a share on a network answers when it is gone: the rest of the folder would be missing without a word. */
const goneCodes: ReadonlySet<string> = new Set([
  'EIO',
  'ESTALE',
  'ENOTCONN',
  'EHOSTDOWN',
  'ETIMEDOUT',
  'ENODEV',
])

/** A folder may be reached by several links; beyond this it is a maze. */
const mostVisits = 4

/**
 * Links are followed, but not into a folder that they lie in, in however wide a circle. Folders that Plumbline or the system made are
 * passed over.
 *
 * @throws {InputError} The root cannot be listed, or a disk or share is gone while it is.
 * Cost: one directory read a folder; 20,000 files take well under a second on a local disk.
 */
export async function listFolder(root: string, task: Task): Promise<Listing> {
  const files: string[] = []
  const folders: string[] = []
  const issues: DatasetIssue[] = []
  const passedOver = { system: [] as string[], own: [] as string[] }
  const targets = new Map<string, string>()
  const visits = new Map<string, number>()
  const progress = task.progress('listing', 'files')

  const report = (path: string, isFolder: boolean, cause: NodeJS.ErrnoException): void => {
    if (goneCodes.has(cause.code ?? ''))
      throw new InputError(join(root, path), `the disk or share is gone: ${systemReason(cause)}`, { cause })
    const kind = isFolder ? 'unlisted-folder' : 'unreadable'
    const message = `cannot be ${isFolder ? 'listed' : 'read'}: ${systemReason(cause)}`
    issues.push({ kind, severity: 'error', path: join(root, path), message })
  }
  /** @param within - Real paths of this folder and of those that it was reached through. */
  const visit = async (folder: string, within: readonly string[], isLinked: boolean): Promise<void> => {
    checkCancelled(task)
    const entries = await readdir(join(root, folder), { withFileTypes: true })
    if (folder !== '' && isOwnOutput(entries)) {
      passedOver.own.push(folder)
      return
    }
    if (folder !== '') folders.push(folder)
    const links: Dirent[] = []
    const inner: Dirent[] = []
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue
      const path = pathIn(folder, entry.name)
      if (entry.isSymbolicLink()) links.push(entry)
      else if (entry.isFile()) {
        files.push(path)
        if (isLinked) targets.set(path, join(lastOf(within), entry.name))
      } else if (entry.isDirectory()) {
        if (isSystemFolder(entry.name)) passedOver.system.push(path)
        else inner.push(entry)
      }
    }
    for (const entry of inner) await enter(folder, entry, within, isLinked)
    for (const entry of links) await enter(folder, entry, within, isLinked)
    progress.update(files.length, null)
  }
  const enter = async (
    folder: string,
    entry: Dirent,
    within: readonly string[],
    isLinked: boolean,
  ): Promise<void> => {
    const path = pathIn(folder, entry.name)
    try {
      if (entry.isDirectory())
        return await visit(path, [...within, join(lastOf(within), entry.name)], isLinked)
      const found = await stat(join(root, path))
      const target = await realpath(join(root, path))
      if (found.isFile()) {
        files.push(path)
        targets.set(path, target)
      } else if (
        found.isDirectory() &&
        !within.some((outer) => `${outer}${sep}`.startsWith(`${target}${sep}`))
      ) {
        const times = (visits.get(target) ?? 0) + 1
        visits.set(target, times)
        if (times <= mostVisits) await visit(path, [...within, target], true)
      }
    } catch (error) {
      if (!isSystemError(error)) throw error
      report(path, entry.isDirectory(), error)
    }
  }

  try {
    await visit('', [await realpath(root)], false)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new InputError(root, `cannot be listed: ${systemReason(cause)}`, { cause })
  } finally {
    progress.end()
  }
  files.sort()
  const hidden = new Set(await imagesByContent(root, files, task))
  const images = files.filter((file) => isImageName(file) || hidden.has(file))
  return createListing(root, files, images, folders.sort(), issues, passedOver, targets)
}

const pathIn = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

/** By its marker; by what it holds where an older version wrote it, or the marker was lost in copying. */
function isOwnOutput(entries: readonly Dirent[]): boolean {
  const names = new Set(entries.map(({ name }) => name))
  return names.has(markerName) || (names.has('evaluation.json') && names.has('scores.csv'))
}

function createListing(
  root: string,
  files: readonly string[],
  images: readonly string[],
  folders: readonly string[],
  issues: readonly DatasetIssue[],
  passedOver: PassedOver,
  targets: ReadonlyMap<string, string>,
): Listing {
  const known = new Set(files)
  const imagesByFolder = groupBy(images, folderOf)
  const foldersByParent = groupBy(folders, folderOf)
  const byStem = new Map<string, string>()
  for (const image of images) {
    const stem = withoutEnding(image)
    if (!byStem.has(stem) || /\.png$/i.test(image)) byStem.set(stem, image)
  }
  return {
    root,
    files,
    images,
    issues,
    passedOver,
    subfolders: (folder) => (foldersByParent.get(folder) ?? []).map(baseName),
    imagesIn: (folder) => imagesByFolder.get(folder) ?? [],
    imagesBelow: (folder) => (folder === '' ? images : images.slice(...below(images, folder))),
    filesBelow: (folder) => (folder === '' ? files : files.slice(...below(files, folder))),
    countBelow: (folder) => {
      const [from, to] = folder === '' ? [0, files.length] : below(files, folder)
      return to - from
    },
    findImage: (path) => byStem.get(path),
    has: (file) => known.has(file),
    linkTarget: (file) => targets.get(file),
  }
}

/** Where in a sorted list the paths below a folder are: from, and up to. */
function below(paths: readonly string[], folder: string): [number, number] {
  const first = (text: string): number => {
    let low = 0
    let high = paths.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (paths[middle]! < text) low = middle + 1
      else high = middle
    }
    return low
  }
  return [first(`${folder}/`), first(`${folder}0`)] // "0" is what follows "/"
}

/** Folder of a path with `/`; '' for the root. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
export const withoutEnding = (path: string): string => path.replace(/\.[^./]*$/, '')
