/**
 * Features of images in memory, as long as there is room: the folds of an evaluation ask for the same images again and again, one after the
 * other. Nothing that is kept makes room: where all are asked for in turn, the least recently used is the next to be asked for.
 */
import { decodeFloat16, encodeFloat16 } from '../math/float16.ts'
import type { FeatureMap, ImageFeatures } from './backbone.ts'

export interface FeatureMemory {
  /** As they were kept, in arrays of the caller's own. */
  find(key: string): ImageFeatures | undefined
  /** @param features - Their values are float16 numbers already. */
  keep(key: string, features: ImageFeatures): void
}

interface Kept {
  readonly frame: ImageFeatures['frame']
  readonly maps: readonly (Omit<FeatureMap, 'data'> & { readonly halves: Uint16Array })[]
}

/** @param maxBytes - Of all values kept. */
export function openFeatureMemory(maxBytes: number): FeatureMemory {
  const kept = new Map<string, Kept>()
  let room = maxBytes
  return {
    find(key) {
      const found = kept.get(key)
      if (found === undefined) return undefined
      const maps = found.maps.map(({ halves, ...shape }) => ({ ...shape, data: decodeFloat16(halves) }))
      return { frame: found.frame, maps }
    },
    keep(key, { frame, maps }) {
      const bytes = maps.reduce((sum, { data }) => sum + 2 * data.length, 0)
      if (bytes > room || kept.has(key)) return
      room -= bytes
      const halves = maps.map(({ data, ...shape }) => ({ ...shape, halves: encodeFloat16(data) }))
      kept.set(key, { frame, maps: halves })
    },
  }
}
