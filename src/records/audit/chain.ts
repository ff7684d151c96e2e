/**
 * The chain of the audit log: each entry's hash covers its content and the hash before it (Haber and Stornetta 1991). Changing,
 * removing or slipping in an entry breaks it; cutting off the end shows to whoever noted a later head.
 */
import { sha256 } from '../../files/hash.ts'

/** What stands before the first entry. */
export const beginning = '0'.repeat(64)

export interface ChainedEntry {
  readonly seq: number
  readonly at: number
  /** What vouches for the person, see `people.ts`. */
  readonly commitment: string
  readonly action: string
  readonly subject: string | null
  /** JSON, as it is stored. */
  readonly detail: string
  readonly previous: string
}

export function hashOf({ seq, at, commitment, action, subject, detail, previous }: ChainedEntry): string {
  return sha256(JSON.stringify([seq, at, commitment, action, subject, detail, previous]))
}
