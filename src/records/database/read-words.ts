/** What the station and the process that reads for it say to each other, by `read-process.ts` and `reader.ts`. */
import type { CarriedError } from '../../threads/carried-error.ts'
import type { StorageProblem } from '../storage-error.ts'

/** The first word; all others are questions. */
export interface ReadOrder {
  /** Of the SQLite file, which is there and of this program's version. */
  readonly path: string
}

export interface ReadQuestion {
  /** Comes back with the answer. */
  readonly id: number
  readonly sql: string
  readonly parameters: readonly unknown[]
  /** What to answer with: rows, or the bytes of the JSON text of an array of them. */
  readonly as: 'rows' | 'json'
}

export type ReadAnswer =
  | { readonly id: number; readonly answer: unknown[] | Uint8Array }
  | { readonly id: number; readonly problem: CarriedStorageError }
  | { readonly id: number; readonly error: CarriedError }

/** Of a `StorageError`. */
export interface CarriedStorageError {
  readonly path: string
  readonly problem: StorageProblem
  readonly reason: string
}
