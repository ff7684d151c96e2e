/**
 * Where machines that work together keep what they share: files by name, each written whole or not at all, none ever changed.
 *
 * Small on purpose, so that object storage can fulfil it. Contents are kept by their hash, in `blobs/`; the descriptions of steps
 * by theirs, in `steps/`; `results/` says by the step's which content is its result.
 */
import { sha256 } from '../files/hash.ts'

export interface Store {
  /** For messages: a folder, a URL. */
  readonly place: string
  /** The same for whoever uses this store, wherever it sees it: 8 hexadecimal digits. Absent for stores of early versions. */
  readonly id?: string
  /** Undefined where there is none. @throws {InputError} It cannot be read. */
  get(key: string): Promise<Uint8Array | undefined>
  /** A key that is there may be left as it is. @throws {InputError} Read-only, full, gone; names the file. */
  put(key: string, bytes: Uint8Array): Promise<void>
  has(key: string): Promise<boolean>
  /** Keys that begin so, in no order. */
  list(prefix: string): AsyncIterable<string>
}

const hex = /^[0-9a-f]{64}$/
const keyShape = /^[a-z]+(\/[A-Za-z0-9_][A-Za-z0-9_.+-]*){1,3}$/

/** @throws {RangeError} A key that could lead out of the store: our bug. */
export function checkKey(key: string): string {
  if (!keyShape.test(key)) throw new RangeError(`store: no key: ${JSON.stringify(key)}`)
  return key
}

const byHash = (room: string, hash: string, ending = ''): string => {
  if (!hex.test(hash))
    throw new RangeError(`store: expected 64 hexadecimal digits, got ${JSON.stringify(hash)}`)
  return `${room}/${hash.slice(0, 2)}/${hash}${ending}`
}

export const blobKey = (hash: string): string => byHash('blobs', hash)
export const stepKey = (id: string): string => byHash('steps', id, '.json')
export const resultKey = (id: string): string => byHash('results', id, '.json')

/** @returns The hash it is found by. */
export async function putBlob(store: Store, bytes: Uint8Array): Promise<string> {
  const hash = sha256(bytes)
  const key = blobKey(hash)
  if (!(await store.has(key))) await store.put(key, bytes)
  return hash
}

/** Undefined where there is none, or it is damaged: both mean that it has to be made again. */
export async function getBlob(store: Store, hash: string): Promise<Uint8Array | undefined> {
  const bytes = await store.get(blobKey(hash))
  return bytes !== undefined && sha256(bytes) === hash ? bytes : undefined
}
