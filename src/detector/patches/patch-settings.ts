/** How detectors of patches make their embeddings: as options of a method, as the choices made, and in a model's file. */
import { z } from 'zod'
import type { PatchDefaults } from '../../backbone/backbone.ts'

const oddSide = z
  .int()
  .min(1)
  .max(15)
  .refine((n) => n % 2 === 1, 'expected an odd number')

/** Settings whose null is the backbone's own choice. */
export const patchOptions = {
  /** Stages whose outputs are joined, shallow to deep. */
  stages: z.array(z.string()).min(1).nullable().default(null),
  /** Model-input pixels from one patch to the next. */
  stride: z.int().min(1).max(64).nullable().default(null),
  /** Whether each stage's part of an embedding is brought to length 1. */
  unitLength: z.boolean().nullable().default(null),
  /** Odd side of the square neighbourhood averaged around each cell, in cells. */
  neighbourhood: oddSide.nullable().default(null),
} as const

export const patchSettings = {
  stages: z.array(z.string()).min(1),
  stride: z.int().min(1),
  unitLength: z.boolean(),
  neighbourhood: z.int().min(1),
} as const

export type PatchSettings = z.infer<z.ZodObject<typeof patchSettings>>

type Chosen = { readonly [Name in keyof PatchDefaults]: PatchDefaults[Name] | null }

/** Every choice that was left to the backbone, made. */
export function choosePatchSettings(own: PatchDefaults, options: Chosen): PatchSettings {
  return {
    stages: [...(options.stages ?? own.stages)],
    stride: options.stride ?? own.stride,
    unitLength: options.unitLength ?? own.unitLength,
    neighbourhood: options.neighbourhood ?? own.neighbourhood,
  }
}
