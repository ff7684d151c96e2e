/** From an entry of the configuration to an output. The packages of outputs that are not configured are never loaded. */
import { resolve } from 'node:path'
import { UsageError } from '../errors.ts'
import { readText } from '../files/read-json.ts'
import type { Random } from '../math/random.ts'
import { version } from '../version.ts'
import { resolveSecret, type SecretPlaces } from './config/resolve-secret.ts'
import type { MqttConfig, OpcuaConfig, OutputConfig, WebhookConfig } from './config/schema.ts'
import type { Output, Timepiece, TlsFiles } from './contract.ts'
import type { BackOff } from './courier/back-off.ts'
import { openResultFile } from './file/result-file.ts'
import { openMqtt } from './mqtt/mqtt.ts'
import { openOpcua } from './opcua/opcua.ts'
import { leastKeyBytes, mostKeyBytes, readKey } from './webhook/sign.ts'
import { openWebhook } from './webhook/webhook.ts'

export interface OutputSurroundings extends SecretPlaces {
  readonly timepiece: Timepiece
  /** For jitter. */
  readonly random: Random
  readonly backOff: BackOff
  /** Something that a person should know. */
  readonly trouble: (reason: string) => void
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
    case 'mqtt':
      return await mqttOf(config, at, surroundings)
    case 'opcua':
      return await opcuaOf(config, at, surroundings)
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
  return openWebhook(
    {
      url: new URL(url),
      keys,
      bearer: bearer ?? null,
      timeoutMs,
      concurrency,
      tls: await tlsOf(config, folder),
      station,
    },
    timepiece,
  )
}

async function mqttOf(config: MqttConfig, at: string, surroundings: OutputSurroundings): Promise<Output> {
  const { folder, station } = surroundings
  const { url, topic, clientId, username, timeoutMs } = config
  const password = config.password && (await resolveSecret(config.password, `${at}.password`, surroundings))
  const tls = await tlsOf(config, folder)
  return await openMqtt(
    {
      url,
      topic,
      version: config.version,
      clientId: clientId ?? null,
      username: username ?? null,
      password: password ?? null,
      timeoutMs,
      tls,
      station,
    },
    at,
    surroundings,
  )
}

async function opcuaOf(config: OpcuaConfig, at: string, surroundings: OutputSurroundings): Promise<Output> {
  const { folder, station } = surroundings
  const { name, host, hostname, port, security, username, staleAfterMs } = config
  const password = config.password && (await resolveSecret(config.password, `${at}.password`, surroundings))
  const user = username === undefined || password === undefined ? null : { name: username, password }
  return await openOpcua(
    {
      name,
      host,
      hostname: hostname ?? null,
      port,
      security,
      user,
      certificates: resolve(folder, config.certificates),
      station,
      version,
      staleAfterMs,
    },
    at,
    surroundings,
  )
}

function keyOf(secret: string, key: string): Uint8Array {
  const bytes = readKey(secret)
  if (bytes !== undefined) return bytes
  throw new UsageError(
    `${key}: expected base64 of ${leastKeyBytes} to ${mostKeyBytes} bytes, as "openssl rand -base64 32" prints it`,
  )
}

/** Contents of the PEM files, by the names that Node has for them. */
async function tlsOf(
  { ca, certificate, key }: Pick<WebhookConfig, 'ca' | 'certificate' | 'key'>,
  folder: string,
): Promise<TlsFiles> {
  const read = (path: string): Promise<string> => readText(resolve(folder, path))
  return {
    ...(ca === undefined ? {} : { ca: await read(ca) }),
    ...(certificate === undefined ? {} : { cert: await read(certificate) }),
    ...(key === undefined ? {} : { key: await read(key) }),
  }
}
