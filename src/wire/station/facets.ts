/** What can be filtered by: values that occur in the records. */
import { z } from 'zod'
import { nameSchema } from './basics.ts'

export const facetsSchema = z.strictObject({
  lots: z.array(nameSchema),
  cameras: z.array(nameSchema),
  /** Kinds of defects, in the words of the line. */
  kinds: z.array(nameSchema),
  models: z.array(z.strictObject({ name: nameSchema, fingerprint: z.string() })),
})

export type Facets = z.infer<typeof facetsSchema>
