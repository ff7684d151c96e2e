/**
 * A piece of work as a value: what is done, to which contents, how. Whoever holds it can do it, in this process or on another
 * machine, and its result is the same; so the hash of the description is its name.
 *
 * Files stand in it by the hash of their contents, never by their place.
 */
import { sha256 } from '../files/hash.ts'
import type { Making } from './making.ts'

/** What a step does, by name; `run/fleet/steps/` has the hands for each. */
export type StepKind = 'features' | 'gather' | 'fit' | 'rank' | 'judge' | 'pixels' | 'train' | 'ask'

export interface Step<Order = unknown> {
  readonly kind: StepKind
  readonly made: Making
  /** All that decides about the result; JSON. */
  readonly order: Order
}

/** A step as the bytes that are kept and hashed: JSON with the keys of every object in order. */
export function stepBytes({ kind, made, order }: Step): Uint8Array {
  return new TextEncoder().encode(canonical({ kind, made, order }))
}

/** 64 hexadecimal digits. */
export const stepId = (step: Step): string => sha256(stepBytes(step))

/** JSON with the keys of every object in order. @throws {TypeError} A value that JSON cannot say, such as NaN: it would be read back as another. */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`a step cannot hold ${value}`)
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object') throw new TypeError(`a step cannot hold a ${typeof value}`)
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join(',')}}`
}
