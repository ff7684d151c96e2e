/** The file of `serve --outputs`: where results go, and what a line does with parts that got no verdict. */
import { z } from 'zod'
import { defaultPolicy } from '../line-signal.ts'
import { secretSchema, sharedKeys, tlsKeys, urlSchema } from './shared-schema.ts'

export const webhookSchema = z.strictObject({
  type: z.literal('webhook'),
  ...sharedKeys,
  ...tlsKeys,
  url: urlSchema(['https:', 'http:']),
  /** Key of the signature, base64 of 24 to 64 bytes; a second one while keys are exchanged. */
  secret: z.union([secretSchema, z.array(secretSchema).min(1).max(2)], {
    error:
      'expected {"env": "NAME"} or {"file": "PATH"}, or two of them in a list: a secret does not stand in this file',
  }),
  /** Sent as `Authorization: Bearer`. */
  bearer: secretSchema.optional(),
  timeoutMs: z.int().min(100).max(120_000).default(10_000),
  /** Requests at once. With 1, results arrive in order as long as none fails. */
  concurrency: z.int().min(1).max(64).default(4),
})

export const mqttSchema = z.strictObject({
  type: z.literal('mqtt'),
  ...sharedKeys,
  ...tlsKeys,
  url: urlSchema(['mqtts:', 'mqtt:']),
  /** `TOPIC/result` and `TOPIC/state` follow from it. */
  topic: z
    .string()
    .max(200)
    .regex(/^[^#+$/][^#+]*(?<!\/)$/u, 'expected a topic without # and +, no / or $ first, no / last')
    .regex(/^\P{Cc}*$/u, 'holds a control character'),
  version: z.enum(['5', '3.1.1']).default('5'),
  /** Two clients with the same one push each other out. */
  clientId: z.string().min(1).max(100).optional(),
  username: z.string().min(1).optional(),
  password: secretSchema.optional(),
  timeoutMs: z.int().min(100).max(120_000).default(10_000),
})

export const opcuaSchema = z.strictObject({
  type: z.literal('opcua'),
  ...sharedKeys,
  /** Address that the server listens at. */
  host: z.string().min(1).default('127.0.0.1'),
  /** Name or address under which clients reach it; that of the machine if absent. */
  hostname: z.string().min(1).optional(),
  port: z.int().min(1).max(65535).default(4840),
  security: z
    .array(z.enum(['none', 'sign', 'sign-and-encrypt']))
    .min(1)
    .default(['sign-and-encrypt']),
  /** Without it, everybody who may connect may read. */
  username: z.string().min(1).optional(),
  password: secretSchema.optional(),
  /** Our certificate and those that are trusted; relative to the configuration. */
  certificates: z.string().min(1).default('opcua-certificates'),
  /** A result that is older is told as an event and changes no variable. */
  staleAfterMs: z.int().min(100).max(3_600_000).default(5000),
})

const fileSchema = z.strictObject({
  type: z.literal('file'),
  ...sharedKeys,
  /** One file a day of JSON lines, `results-YYYY-MM-DD.jsonl` in UTC; relative to the configuration. */
  folder: z.string().min(1),
})

export const outputSchema = z.discriminatedUnion('type', [webhookSchema, mqttSchema, opcuaSchema, fileSchema])

export const outputsConfigSchema = z.strictObject({
  /** Name of this station in what is told. */
  station: z.string().min(1).max(100).default('station'),
  /** Where a part goes that got no verdict: timeout, busy, no-model, failed. */
  failSafe: z.enum(['reject', 'hold']).default(defaultPolicy.failSafe),
  /** Where a part goes whose score lies in the review band. */
  review: z.enum(['reject', 'hold']).default(defaultPolicy.review),
  outputs: z.array(outputSchema).max(16),
})

export type WebhookConfig = z.infer<typeof webhookSchema>
export type MqttConfig = z.infer<typeof mqttSchema>
export type OpcuaConfig = z.infer<typeof opcuaSchema>
export type OutputConfig = z.infer<typeof outputSchema>
export type OutputsConfig = z.infer<typeof outputsConfigSchema>
