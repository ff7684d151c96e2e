/** Folders of simulated datasets for the tests, and what is in them. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll } from 'vitest'
import { type SimulateOptions, simulateDefaults } from '../../src/simulate/simulate-options.ts'

/** A folder that lasts as long as the test file; call it at the top. @returns A path within, by name. */
export function useFolder(): (name: string) => string {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-simulate-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  return (name) => join(folder, name)
}

export const tiny = (out: string, more: Partial<SimulateOptions> = {}): SimulateOptions => ({
  ...simulateDefaults,
  out,
  parts: 2,
  defectiveParts: 3,
  imagesPerPart: 2,
  width: 60,
  height: 80,
  workers: 0,
  ...more,
})

/** Every file of a folder with its content, by relative path. */
export async function contents(path: string): Promise<Record<string, string>> {
  const names = await readdir(path, { recursive: true })
  const files: Record<string, string> = {}
  for (const name of names.sort()) {
    if ((await stat(join(path, name))).isFile()) files[name] = await readFile(join(path, name), 'base64')
  }
  return files
}

export const table = async (path: string): Promise<Record<string, string>[]> =>
  parse(await readFile(path), { columns: true })
