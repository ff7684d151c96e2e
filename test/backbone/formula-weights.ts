/**
 * Weights that a formula makes from their names, with which the reference vectors of the backbones were made.
 *
 * The formula is written down in the `README.md` beside the vectors.
 */
import type { WeightTensors } from '../../src/backbone/weight-tensors.ts'

/** Hash of a name (FNV-1a, 32 bit). */
export function nameHash(name: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** The numbers u in [0, 1) that belong to a name (xorshift32). */
export function* formulaUniforms(name: string): Generator<number, never> {
  let state = nameHash(name) | 1
  for (;;) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    yield (state >>> 8) / 2 ** 24
  }
}

/** A tensor of a state dictionary, or the image named `input`. */
export function formulaTensor(name: string, shape: readonly number[], gain: number): Float32Array {
  const data = new Float32Array(shape.reduce((product, extent) => product * extent, 1))
  const [offset, factor] = rangeOf(name, shape, gain)
  // As formulaUniforms, without its generator: these are millions of numbers.
  let state = nameHash(name) | 1
  for (let i = 0; i < data.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    data[i] = offset + (factor * (state >>> 8)) / 2 ** 24
  }
  return data
}

/** Least value and width of the range. */
function rangeOf(name: string, shape: readonly number[], gain: number): readonly [number, number] {
  if (name === 'input') return [-1, 2]
  if (/^(cls_token|pos_embed|reg_token)$/.test(name)) return [-0.5, 1]
  if (name.endsWith('.gamma') || /\.gamma_[12]$/.test(name)) return [0.5, 0.5]
  if (name.endsWith('running_var')) return [0.8, 0.4]
  if (name.endsWith('bias') || name.endsWith('running_mean')) return [-0.1, 0.2]
  if (shape.length === 1) return [0.9, 0.2]
  const fanIn = shape.slice(1).reduce((product, extent) => product * extent, 1)
  const bound = gain * Math.sqrt(3 / fanIn)
  return [-bound, 2 * bound]
}

/** Weights of any network: every name is there, in whatever shape is asked for. */
export function formulaWeights(gain: number, metadata: Readonly<Record<string, string>> = {}): WeightTensors {
  return {
    path: 'formula',
    metadata,
    names: () => [],
    has: () => true,
    shape: () => [],
    tensor: (name, shape) => ({ shape, data: formulaTensor(name, shape, gain) }),
  }
}
