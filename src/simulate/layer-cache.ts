/**
 * Remembers what falls on the sensor, so that a dataset which differs only in background colour, camera or files need not
 * be rendered anew. Layers lie in shared memory: threads take them without a copy.
 */
import type { Layers } from './forged-object.ts'
import type { RenderSpec } from './render-spec.ts'

export interface LayerCache {
  find(key: string): Layers | undefined
  add(key: string, layers: Layers): void
}

/** What layers depend on: see {@link Layers}. */
export function layerKey({ size, part, view, scene }: RenderSpec): string {
  return JSON.stringify([size, part, view, scene.background, scene.flash])
}

/** @param bytes - The layers last used stay, up to so many. 0 remembers nothing. */
export function createLayerCache(bytes: number): LayerCache {
  const kept = new Map<string, Layers>() // in the order of use
  let used = 0
  return {
    find(key) {
      const layers = kept.get(key)
      if (layers === undefined) return
      kept.delete(key)
      kept.set(key, layers)
      return layers
    },
    add(key, layers) {
      if (kept.has(key) || sizeOf(layers) > bytes) return
      kept.set(key, layers)
      used += sizeOf(layers)
      for (const [oldest, old] of kept) {
        if (used <= bytes) break
        kept.delete(oldest)
        used -= sizeOf(old)
      }
    },
  }
}

const arraysOf = ({ light, coverage, behind, defect, foreground }: Layers) => ({
  light,
  coverage,
  behind,
  defect,
  foreground,
})

const sizeOf = (layers: Layers): number =>
  Object.values(arraysOf(layers)).reduce((sum, { byteLength }) => sum + byteLength, 0)

/** The same layers in shared memory. */
export function shareLayers(layers: Layers): Layers {
  const shared = Object.entries(arraysOf(layers)).map(([name, array]) => {
    const memory = new SharedArrayBuffer(array.byteLength)
    const copy = array instanceof Float32Array ? new Float32Array(memory) : new Uint8Array(memory)
    copy.set(array)
    return [name, copy]
  })
  return { ...layers, ...Object.fromEntries(shared) }
}
