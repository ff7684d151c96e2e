/** What the parts of the records share. */
import type { Store } from './database/open-store.ts'
import type { FileStore } from './files/file-store.ts'
import type { Clock, KeepPolicy } from './options.ts'

export interface Station {
  readonly store: Store
  readonly files: FileStore
  readonly clock: Clock
  readonly keep: KeepPolicy
  readonly claimSeconds: number
}

/** Text that a database takes: PostgreSQL knows no zero character, and SQLite's reader stops at it. */
export const storable = (text: string): string => text.replaceAll('\u0000', '\ufffd')

export const isoTime = (ms: number): string => new Date(ms).toISOString()
