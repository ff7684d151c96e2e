/** A detection method in the description of a step: its settings, with folders that they name by the contents of their files. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type ConfiguredMethod, configureMethod } from '../../detector/methods.ts'
import { settingFlags } from '../../detector/setting-flags.ts'
import { viewMethod } from '../../detector/view/view-method.ts'
import { InputError, ModelError } from '../../errors.ts'
import { isSystemError, systemReason } from '../../files/atomic.ts'
import type { RunCard } from '../open/open-run.ts'
import type { Crew } from './crew.ts'
import type { Look } from './look.ts'
import type { Bench } from './steps/bench.ts'

export interface MethodOrder {
  readonly look: Look
  /** Settings that name a folder are null: what lies in it stands in `folders`. */
  readonly detector: RunCard['detector']
  /** By the name of the setting: files below the folder, and their contents. */
  readonly folders: Readonly<Record<string, readonly (readonly [name: string, sha256: string])[]>>
}

/** Brings the files of folders into the store. @throws {InputError} A file cannot be read. */
export async function orderOfMethod(
  { method, options }: ConfiguredMethod,
  { look, contents, bring }: Crew,
): Promise<MethodOrder> {
  const folders: Record<string, [string, string][]> = {}
  for (const [name, schema] of Object.entries(method.options.shape)) {
    const folder = options[name]
    if (typeof folder !== 'string' || settingFlags.get(schema as never)?.path === undefined) continue
    const names = await filesBelow(folder)
    await bring(names.map((file) => join(folder, file)))
    const files: [string, string][] = []
    for (const file of names) files.push([file, (await contents.identify(join(folder, file))).sha256])
    folders[name] = files
  }
  const blank = Object.fromEntries(Object.keys(folders).map((name) => [name, null]))
  const { id, version } = method
  return { look, detector: { id, version, options: { ...options, ...blank } }, folders }
}

/** On a worker. @throws {ModelError} The method is of another version here. @throws {InputError} The store lacks a content. */
export async function methodOf(
  { look, detector, folders }: MethodOrder,
  bench: Bench,
): Promise<ConfiguredMethod> {
  const named: Record<string, string> = {}
  for (const [name, files] of Object.entries(folders)) named[name] = await bench.folderOf(name, files)
  const { method, options } = await configureMethod(detector.id, { ...detector.options, ...named })
  if (method.version !== detector.version) {
    throw new ModelError(
      detector.id,
      `is version ${method.version} here, and ${detector.version} was asked for`,
    )
  }
  const view = await bench.view(look)
  return { options, method: view === null ? method : viewMethod(method, view) }
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name).slice(folder.length).replaceAll('\\', '/').replace(/^\/+/, ''),
      )
      .sort()
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new InputError(folder, `cannot be listed: ${systemReason(cause)}`, { cause })
  }
}
