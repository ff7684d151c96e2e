/**
 * Where the files lie that a manifest names. Relative to the manifest, as a rule; else relative to the folder above it; else, where the
 * table holds bare names, anywhere below, by the name, which only one file may then have.
 */
import { stat } from 'node:fs/promises'
import { dirname, isAbsolute, resolve } from 'node:path'
import { isSystemError } from '../files/atomic.ts'
import type { Task } from '../task.ts'
import { baseName, listFolder, withoutEnding } from './listing.ts'

export interface Located {
  /** Where it is, or would be. */
  readonly path: string
  readonly isThere: boolean
  /** Not there because its bare name is that of several files. */
  readonly several: boolean
}

export interface PathFinder {
  locate(named: string): Promise<Located>
  /** How files are found, where it is not the usual way. */
  readonly notes: readonly string[]
}

/**
 * @param root - Folder of the manifest, absolute.
 * @param some - Paths as the table names them: they decide how files are found.
 */
export async function findFiles(root: string, some: readonly string[], task: Task): Promise<PathFinder> {
  if (some.length === 0 || (await anyThere(root, some)))
    return { locate: (named) => locateIn(root, named), notes: [] }
  const above = dirname(root)
  if (await anyThere(above, some))
    return {
      locate: (named) => locateIn(above, named),
      notes: [`Paths of the manifest are relative to ${above}, the folder above it.`],
    }
  if (some.every((named) => !/[/\\]/.test(named))) {
    const byName = await filesByName(root, task)
    if (some.some((named) => byName.has(named.normalize('NFC')))) {
      return {
        locate: async (named) => locateByName(root, byName, named),
        notes: [
          'The manifest holds names without folders: files are found by their names, anywhere below it.',
        ],
      }
    }
  }
  return { locate: (named) => locateIn(root, named), notes: [] }
}

async function anyThere(root: string, some: readonly string[]): Promise<boolean> {
  for (const named of some.slice(0, 20)) if ((await locateIn(root, named)).isThere) return true
  return false
}

async function locateIn(root: string, named: string): Promise<Located> {
  const slashed = named.replaceAll('\\', '/').replace(/^file:\/\//, '')
  const path = resolve(root, slashed)
  if (await isFile(path)) return { path, isThere: true, several: false }
  // Names written on another system may have their accents composed otherwise.
  for (const form of ['NFC', 'NFD'] as const) {
    const other = isAbsolute(slashed) ? slashed.normalize(form) : resolve(root, slashed.normalize(form))
    if (other !== path && (await isFile(other))) return { path: other, isThere: true, several: false }
  }
  return { path, isThere: false, several: false }
}

/** By base name, with and without its ending; null where several have it. */
async function filesByName(root: string, task: Task): Promise<ReadonlyMap<string, string | null>> {
  const listing = await listFolder(root, task)
  const byName = new Map<string, string | null>()
  const add = (name: string, path: string): void => {
    const known = name.normalize('NFC')
    byName.set(known, byName.has(known) && byName.get(known) !== path ? null : path)
  }
  for (const image of listing.images) {
    const path = resolve(root, image)
    add(baseName(image), path)
    add(baseName(withoutEnding(image)), path)
  }
  return byName
}

function locateByName(root: string, byName: ReadonlyMap<string, string | null>, named: string): Located {
  const found = byName.get(named.normalize('NFC'))
  return { path: found ?? resolve(root, named), isThere: typeof found === 'string', several: found === null }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch (error) {
    if (isSystemError(error)) return false
    throw error
  }
}
