/** From an entry of the configuration to an output. The packages of outputs that are not configured are never loaded. */
import { resolve } from 'node:path'
import { UsageError } from '../errors.ts'
import { resolveSecret, type SecretPlaces } from './config/resolve-secret.ts'
import type { OutputConfig, WebhookConfig } from './config/schema.ts'
import type { Output, Timepiece } from './contract.ts'
import { openResultFile } from './file/result-file.ts'
import { leastKeyBytes, mostKeyBytes, readKey } from './webhook/sign.ts'
import { openWebhook } from './webhook/webhook.ts'

export interface OutputSurroundings extends SecretPlaces {
  readonly timepiece: Timepiece
  /** Name of this station in what is told. */
  readonly station: string
}

/**
 * @param at - Its key for messages, `outputs[1]`.
 * @throws {UsageError} A secret is missing or no key; a package is not installed. @throws {InputError} A file cannot be read.
 */
export async function openOutput(
  config: OutputConfig,
  at: string,
  surroundings: OutputSurroundings,
): Promise<Output> {
  const { folder, station } = surroundings
  switch (config.type) {
    case 'webhook':
      return await webhookOf(config, at, surroundings)
    case 'file':
      return openResultFile(resolve(folder, config.folder), station)
  }
}

async function webhookOf(
  config: WebhookConfig,
  at: string,
  surroundings: OutputSurroundings,
): Promise<Output> {
  const { folder, timepiece, station } = surroundings
  const { url, timeoutMs, concurrency } = config
  const secrets = Array.isArray(config.secret) ? config.secret : [config.secret]
  const keys = await Promise.all(
    secrets.map(async (secret, i) => {
      const key = Array.isArray(config.secret) ? `${at}.secret[${i}]` : `${at}.secret`
      return keyOf(await resolveSecret(secret, key, surroundings), key)
    }),
  )
  const bearer = config.bearer && (await resolveSecret(config.bearer, `${at}.bearer`, surroundings))
  return await openWebhook(
    {
      url: new URL(url),
      keys,
      bearer: bearer ?? null,
      timeoutMs,
      concurrency,
      ca: pathOf(config.ca, folder),
      certificate: pathOf(config.certificate, folder),
      key: pathOf(config.key, folder),
      station,
    },
    timepiece,
  )
}

function keyOf(secret: string, key: string): Uint8Array {
  const bytes = readKey(secret)
  if (bytes !== undefined) return bytes
  throw new UsageError(
    `${key}: expected base64 of ${leastKeyBytes} to ${mostKeyBytes} bytes, as "openssl rand -base64 32" prints it`,
  )
}

function pathOf(path: string | undefined, folder: string): string | null {
  return path === undefined ? null : resolve(folder, path)
}
