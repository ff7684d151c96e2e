/** The reference vectors that lie in the repository: small, made by `scripts/golden/make.py`, there in every clone. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GoldenTensors, readSafetensors, values } from '../safetensors.ts'

interface Entry {
  readonly made_by: string
  readonly tolerance: string
  readonly reason: string
  readonly gain?: number
  readonly input?: readonly number[]
  readonly stages?: Readonly<Record<string, { readonly shape: readonly number[]; readonly step: number }>>
}

/** What made each file, and how close the test must come. */
export const sidecar = JSON.parse(readFileSync(join(import.meta.dirname, 'golden.json'), 'utf8')) as {
  readonly versions: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, Entry>>
}

export interface Vectors {
  readonly tensors: GoldenTensors
  /** A tensor's values as doubles. */
  readonly want: (name: string) => Float64Array
  readonly one: (name: string) => number
  readonly shape: (name: string) => readonly number[]
  /** The first words of the names `words.rest`. */
  readonly sets: (ending: string) => readonly string[]
}

export function vectors(name: string): Vectors {
  const tensors = readSafetensors(join(import.meta.dirname, `${name}.safetensors`))
  return {
    tensors,
    want: (key) => values(tensors, key),
    one: (key) => values(tensors, key)[0]!,
    shape: (key) => tensors.get(key)!.shape,
    sets: (ending) =>
      [...tensors.keys()].filter((key) => key.endsWith(ending)).map((key) => key.slice(0, -ending.length)),
  }
}
