/**
 * Results of a pass, one small JSON file an image, so that a second run does only what is missing.
 *
 * Each file names the key it was made for: a hash over everything that decides the result. Another key, another format or a torn file
 * count as missing.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { isSystemError, writeFileAtomic } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'

/** Changes whenever the same options would give other files. */
const preparationVersion = 1

export const workFolder = '.prepare'

export const keyOf = (...parts: readonly unknown[]): string =>
  sha256(JSON.stringify([preparationVersion, ...parts]))

export const keptPath = (out: string, name: string, pass: 'segment' | 'write'): string =>
  join(out, workFolder, pass, `${name}.json`)

export async function keep(path: string, key: string, result: unknown): Promise<void> {
  await writeFileAtomic(path, JSON.stringify({ key, result }))
}

export async function findKept<T>(path: string, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (isSystemError(error)) return
    throw error
  }
  try {
    const parsed = z.object({ key: z.string(), result: schema }).safeParse(JSON.parse(text))
    return parsed.success && parsed.data.key === key ? parsed.data.result : undefined
  } catch {
    return // no JSON
  }
}
