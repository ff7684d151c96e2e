/** Reading our own JSON files: nothing is believed before its schema has passed it. */
import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { InputError } from '../errors.ts'
import { isSystemError, systemReason } from './atomic.ts'

/** @throws {InputError} The file is missing or cannot be read. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isSystemError(cause)) throw new InputError(path, systemReason(cause), { cause })
    throw cause
  }
}

/** @throws {InputError} The file is missing, unreadable, no JSON, or not of the schema: the first place is named. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readText(path)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new InputError(path, `is not JSON: ${(cause as Error).message}`, { cause })
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const first = parsed.error.issues[0]
  const place = first === undefined || first.path.length === 0 ? 'the document' : first.path.join('.')
  throw new InputError(path, `is not what Plumbline writes: ${place}: ${first?.message ?? 'invalid'}`)
}

/** @returns undefined where there is no such file. @throws {InputError} as {@link readJson}. */
export async function maybeReadJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return await readJson(path, schema)
  } catch (error) {
    if (error instanceof InputError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
      return
    throw error
  }
}
