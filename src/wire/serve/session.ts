/** Who one is, as the page is told. */
import { z } from 'zod'
import { roles } from './roles.ts'

export const sessionSchema = z.strictObject({
  name: z.string(),
  role: z.enum(roles),
  /** False where anybody on this machine may do anything. */
  needsToken: z.boolean(),
})

export type Session = z.infer<typeof sessionSchema>
