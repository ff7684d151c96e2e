/** What the station answers where it cannot do what was asked: a problem document of RFC 9457. */
import { z } from 'zod'
import { unansweredSchema } from '../station/verdict.ts'

export const problemSchema = z.strictObject({
  /** `urn:plumbline:problem:` and the code. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** For a person: what came, what was expected, and the way out. */
  detail: z.string(),
  /** For a program, e.g. `BUSY`. */
  code: z.string(),
  /** The request's id, as in the log. */
  instance: z.string(),
  /** Of a request for a verdict: why there is none. */
  state: unansweredSchema.optional(),
})

export type Problem = z.infer<typeof problemSchema>
