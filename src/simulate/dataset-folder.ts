/** The folder of a simulated dataset: what it was begun with, and whether it may be gone on with. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { pathologyNames } from './pathologies/pathology-names.ts'
import type { SimulateOptions } from './simulate-options.ts'

/** Changes whenever the same options would give other files: an older folder is then not continued. */
export const rendererVersion = 5

/** What a folder must have been begun with to be continued: all that decides its files. Strength 0 is none. */
export function headerOf({ out: _, workers: __, pathologies, ...content }: SimulateOptions): object {
  const sorted = Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1))
  const strengths = pathologyNames.map((name) => [name, pathologies[name] ?? 0] as const)
  const sick = strengths.filter(([, strength]) => strength > 0)
  return {
    format: 'plumbline-simulation',
    renderer: rendererVersion,
    options: { ...Object.fromEntries(sorted), pathologies: Object.fromEntries(sick) },
  }
}

/** Sees to it that the folder is new, empty, or was begun with the same options. */
export async function claimFolder(out: string, header: object): Promise<void> {
  const entries = (await listFolder(out)).filter((name) => !name.endsWith('.partial'))
  if (entries.length === 0) return
  const path = join(out, 'simulate.json')
  if (!entries.includes('simulate.json')) {
    throw new InputError(out, 'expected a new or empty folder, but it holds other files')
  }
  const text = await readFile(path, 'utf8')
  if (withoutSummary(text, path) !== JSON.stringify(header)) {
    throw new InputError(out, 'holds a dataset that was simulated with other options')
  }
}

function withoutSummary(text: string, path: string): string {
  try {
    const { summary: _, ...header } = JSON.parse(text)
    return JSON.stringify(header)
  } catch (cause) {
    throw new InputError(path, 'is not JSON', { cause })
  }
}

/** Names in a folder; none where it does not exist. */
export async function listFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return []
    if (isSystemError(error))
      throw new InputError(path, `cannot be read: ${systemReason(error)}`, { cause: error })
    throw error
  }
}
