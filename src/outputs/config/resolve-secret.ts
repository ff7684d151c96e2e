/** Secrets from where the configuration says that they lie. */
import { resolve } from 'node:path'
import { UsageError } from '../../errors.ts'
import { readText } from '../../files/read-json.ts'
import type { Secret } from './shared-schema.ts'

export interface SecretPlaces {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Files are named relative to this. */
  readonly folder: string
}

/**
 * @param key - For messages, `outputs[1].secret`.
 * @returns Without space around it.
 * @throws {UsageError} The variable is not set, or there is nothing in it. @throws {InputError} The file cannot be read.
 */
export async function resolveSecret(
  secret: Secret,
  key: string,
  { environment, folder }: SecretPlaces,
): Promise<string> {
  if ('env' in secret) {
    const value = environment[secret.env]?.trim()
    if (!value) throw new UsageError(`${key}: the environment variable ${secret.env} is not set`)
    return value
  }
  const path = resolve(folder, secret.file)
  const value = (await readText(path)).trim()
  if (value === '') throw new UsageError(`${key}: ${path} is empty`)
  return value
}
