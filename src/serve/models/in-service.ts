/** Which models are in use, as a file of the data folder: what was switched stays switched after a restart. */
import { z } from 'zod'
import { writeFileAtomic } from '../../files/atomic.ts'
import { maybeReadJson } from '../../files/read-json.ts'

const usedSchema = z.strictObject({ id: z.string(), fingerprint: z.string() })

const inServiceSchema = z.strictObject({
  version: z.literal(1),
  /** `--model` of the start after which it was switched; another one at a later start wins over what is here. */
  startedWith: z.string().nullable(),
  active: usedSchema.nullable(),
  /** The last first; what a rollback goes back to. */
  history: z.array(usedSchema).max(20),
  shadow: usedSchema.nullable(),
})

export type InService = z.infer<typeof inServiceSchema>
export type UsedModel = z.infer<typeof usedSchema>

/** @throws {InputError} It cannot be read, or is not what the station writes. */
export const readInService = (path: string): Promise<InService | undefined> =>
  maybeReadJson(path, inServiceSchema)

export const writeInService = (path: string, state: InService): Promise<void> =>
  writeFileAtomic(path, `${JSON.stringify(inServiceSchema.parse(state), null, 2)}\n`)
