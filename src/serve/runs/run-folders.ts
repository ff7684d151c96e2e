/** The run folders below `--runs`: by their path below it, and by nothing else. A name from outside leads nowhere else. */
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { z } from 'zod'
import { InputError } from '../../errors.ts'
import { isSystemError } from '../../files/atomic.ts'
import { maybeReadJson } from '../../files/read-json.ts'
import { findImageFormat } from '../../image/image-format.ts'
import { heatMapPath } from '../../run/folder/heat-map-file.ts'
import { imageFile } from '../../run/folder/image-file.ts'
import { type Evaluation, evaluationSchema } from '../../wire/evaluation.ts'
import { type GuardrailPicture, guardrailPictureSchema } from '../../wire/guardrail-report.ts'
import { galleryItemSchema } from '../../wire/report-data.ts'
import type { RunOutline } from '../../wire/serve/runs.ts'
import { changeOf } from '../pictures/change-of.ts'
import type { PictureFile } from '../pictures/picture-file.ts'
import { notFound } from '../problem.ts'

/** What two files of a run have in common. */
const picturesSchema = z.looseObject({ pictures: z.array(guardrailPictureSchema).optional() })

/** What a run drew for its report, and of it what is asked for here. */
const gallerySchema = z.looseObject({
  gallery: z.array(galleryItemSchema.pick({ image: true, width: true, height: true, outline: true }).loose()),
})

export interface FoundRun {
  /** Path below `--runs`, with `/`. */
  readonly id: string
  readonly folder: string
  readonly evaluation: Evaluation
}

/** A picture that was found, and not yet read. */
export interface FoundPicture {
  /** All that decides about how it looks: another one means another picture, or the same read in another way. */
  readonly change: string
  /** @throws {ProblemError} 404: it is no picture. */
  read(): Promise<PictureFile>
}

export interface RunFolders {
  /** The newest first; what is no run of this version is left out. */
  list(): Promise<readonly FoundRun[]>
  /** @throws {ProblemError} 404. */
  open(id: string): Promise<FoundRun>
  folder(id: string): Promise<string>
  /** A file of the run itself. */
  file(id: string, name: 'scores.csv' | 'report.html'): Promise<string>
  /** Of what its guardrails found, while it was made and by `diagnose`. */
  pictures(id: string): Promise<readonly GuardrailPicture[]>
  /** Heat map of an image, as one fold judged it. @throws {ProblemError} 404. */
  map(id: string, fold: number, image: string): Promise<string>
  /**
   * An image of its dataset, where that lies in a folder of the station.
   *
   * @throws {ProblemError} 404: it does not, or the file has gone.
   */
  photograph(id: string, image: string): Promise<FoundPicture>
  /** Where people marked the defect, of the images that the run drew for its report; undefined for the others. */
  outline(id: string, image: string): Promise<RunOutline | undefined>
}

/** Runs lie so deep at most: `runs/first`, `runs/line-3/monday/run`. */
const deepest = 3

/** @param root - Null for none. @param pictures - Folders below which pictures of datasets are shown, and no others. */
export function createRunFolders(root: string | null, pictures: readonly string[]): RunFolders {
  /** By folder, with the time of the file that was read. */
  const read = new Map<string, { readonly mtimeMs: number; readonly evaluation: Evaluation | undefined }>()

  const evaluationOf = async (folder: string): Promise<Evaluation | undefined> => {
    const path = join(folder, 'evaluation.json')
    const mtimeMs = await timeOf(path)
    if (mtimeMs === undefined) return
    const known = read.get(folder)
    if (known?.mtimeMs === mtimeMs) return known.evaluation
    const evaluation = await readable(path)
    read.set(folder, { mtimeMs, evaluation })
    return evaluation
  }
  const find = async (): Promise<readonly FoundRun[]> => {
    if (root === null) return []
    const found: FoundRun[] = []
    for (const folder of await foldersBelow(root, deepest)) {
      const evaluation = await evaluationOf(folder)
      if (evaluation !== undefined)
        found.push({ id: relative(root, folder).split(sep).join('/'), folder, evaluation })
    }
    return found.sort((a, b) => (a.evaluation.createdAt < b.evaluation.createdAt ? 1 : -1))
  }
  /** That one folder is looked at, however many there are. */
  const open = async (id: string): Promise<FoundRun> => {
    const folder = root === null ? undefined : await folderBelow(root, id)
    const evaluation = folder === undefined ? undefined : await evaluationOf(folder)
    if (folder === undefined || evaluation === undefined) throw notFound('such run')
    return { id, folder, evaluation }
  }
  /** A file below one of the folders, whatever links lead there. @throws {ProblemError} 404. */
  const within = async (folders: readonly string[], path: string): Promise<string> => {
    if (path.includes('\0')) throw notFound('such file')
    try {
      const real = await realpath(path)
      const tops = await Promise.all(folders.map(realOf))
      const isBelow = tops.some((top) => top !== undefined && real.startsWith(`${top}${sep}`))
      if (isBelow && (await stat(real)).isFile()) return real
    } catch (error) {
      if (!isSystemError(error)) throw error
    }
    throw notFound('such file')
  }
  return {
    list: find,
    open,
    folder: async (id) => (await open(id)).folder,
    async file(id, name) {
      const { folder } = await open(id)
      return within([folder], join(folder, name))
    },
    async pictures(id) {
      const { folder } = await open(id)
      const files = ['report-data.json', 'diagnosis.json']
      const found = await Promise.all(files.map((name) => maybeReadJson(join(folder, name), picturesSchema)))
      return found.flatMap((file) => file?.pictures ?? [])
    },
    async map(id, fold, image) {
      const maps = join((await open(id)).folder, 'maps', `fold-${fold}`)
      return within([maps], heatMapPath(maps, image))
    },
    async photograph(id, image) {
      const found = image.includes('\0')
        ? undefined
        : await imageFile((await open(id)).evaluation.dataset, image)
      if (found === undefined) throw notFound('such file any more')
      const { path, reading } = { ...found, path: await within(pictures, found.path) }
      return {
        change: JSON.stringify([await changeOf(path), reading]),
        async read() {
          const bytes = await readFile(path)
          if (findImageFormat(bytes) === undefined) throw notFound('such picture')
          return { bytes, reading }
        },
      }
    },
    async outline(id, image) {
      const { folder } = await open(id)
      const file = await maybeReadJson(join(folder, 'report-data.json'), gallerySchema)
      const item = file?.gallery.find((each) => each.image === image)
      return item && { width: item.width, height: item.height, outline: item.outline }
    },
  }
}

/** Undefined for a folder that is not there. */
async function realOf(folder: string): Promise<string | undefined> {
  try {
    return await realpath(folder)
  } catch (error) {
    if (isSystemError(error)) return
    throw error
  }
}

async function timeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    if (isSystemError(error)) return
    throw error
  }
}

async function readable(path: string): Promise<Evaluation | undefined> {
  try {
    return await maybeReadJson(path, evaluationSchema)
  } catch (error) {
    if (error instanceof InputError) return // of another version, or being written
    throw error
  }
}

/** Undefined for what {@link foldersBelow} would not list: links, hidden folders, too deep, or a name that no list gave. */
async function folderBelow(root: string, id: string): Promise<string | undefined> {
  const names = id.split('/')
  const isStrange = (name: string): boolean =>
    name === '' || name.startsWith('.') || name.includes(sep) || name.includes('\0')
  if (names.length > deepest || names.some(isStrange)) return
  let folder = root
  for (const name of names) {
    folder = join(folder, name)
    if (!(await isFolder(folder))) return
  }
  return folder
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory()
  } catch (error) {
    if (isSystemError(error)) return false
    throw error
  }
}

async function foldersBelow(root: string, depth: number): Promise<string[]> {
  let entries: Awaited<ReturnType<typeof list>>
  try {
    entries = await list(root)
  } catch (error) {
    if (isSystemError(error)) return []
    throw error
  }
  const folders = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(root, name))
  const deeper =
    depth === 1 ? [] : await Promise.all(folders.map((folder) => foldersBelow(folder, depth - 1)))
  return [...folders, ...deeper.flat()]
}

const list = (folder: string) => readdir(folder, { withFileTypes: true })
