/** The models that a station knows, and which of them judges. */
import { z } from 'zod'
import { modelSchema } from '../model.ts'

export const modelUses = ['active', 'shadow', 'previous'] as const

export const shelvedModelSchema = z.strictObject({
  /** Name of its folder. */
  id: z.string(),
  /** `ready`: verified, can be activated; `checking`: not looked through yet; `broken`: with the reason. */
  state: z.enum(['ready', 'checking', 'broken']),
  /** What is wrong with it; null where nothing is. */
  reason: z.string().nullable(),
  use: z.enum(modelUses).nullable(),
  /** SHA-256 of its card; null unless ready. */
  fingerprint: z.string().nullable(),
  /** True where the folder holds another model by now than the one that judges. */
  changed: z.boolean(),
  /** Null unless ready. */
  card: modelSchema.nullable(),
})

export const modelsSchema = z.strictObject({
  models: z.array(shelvedModelSchema),
  active: z.string().nullable(),
  shadow: z.string().nullable(),
  /** What a rollback would activate. */
  previous: z.string().nullable(),
  /** False where only signed models are taken and jobs have no key to sign with: what they train then is broken here. */
  takesTrained: z.boolean(),
})

export const modelSwitchSchema = z.strictObject({
  active: z.string().nullable(),
  shadow: z.string().nullable(),
  previous: z.string().nullable(),
  /** Fingerprint of the active one. */
  fingerprint: z.string().nullable(),
})

export type ShelvedModel = z.infer<typeof shelvedModelSchema>
export type Models = z.infer<typeof modelsSchema>
export type ModelSwitch = z.infer<typeof modelSwitchSchema>
