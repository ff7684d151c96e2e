/** Keys that every output has, and how secrets are named. */
import { z } from 'zod'
import { outcomeSchema } from '../../wire/station/verdict.ts'

/** Where a secret lies. It never stands in the configuration itself. */
export const secretSchema = z.union(
  [z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })],
  { error: 'expected {"env": "NAME"} or {"file": "PATH"}: a secret does not stand in this file' },
)

export type Secret = z.infer<typeof secretSchema>

export const sharedKeys = {
  /** Stands in the outbox: an output with another name does not get the letters of this one. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected up to 40 of a-z, 0-9 and -, no - first'),
  /** Outcomes that are told; all of them if absent. */
  only: z.array(outcomeSchema).min(1).optional(),
  /** A letter that was tried ten times and is older becomes a dead letter. */
  giveUpAfterHours: z.number().positive().max(8760).default(72),
}

const path = z.string().min(1)

/** Paths of PEM files, relative to the configuration. */
export const tlsKeys = {
  /** Who is believed instead of the public authorities. */
  ca: path.optional(),
  /** Who we are. */
  certificate: path.optional(),
  key: path.optional(),
}

/** @param protocols - Allowed, with the colon. */
export function urlSchema(protocols: readonly string[]) {
  return z.string().superRefine((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : null
    const message = url === null ? 'is no URL' : problemOf(url, protocols)
    if (message !== null) context.addIssue({ code: 'custom', message })
  })
}

function problemOf(url: URL, protocols: readonly string[]): string | null {
  if (!protocols.includes(url.protocol)) {
    const expected = protocols.map((protocol) => `${protocol}//`).join(' or ')
    return `expected ${expected}, got ${url.protocol}//`
  }
  if (url.username !== '' || url.password !== '') return 'user and password do not stand in a URL'
  return url.hostname === '' ? 'names no host' : null
}
