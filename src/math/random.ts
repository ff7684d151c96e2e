/**
 * Seeded randomness as a value that is passed in. `Math.random` is banned in `src/`.
 *
 * Generator: xoshiro128** (Blackman and Vigna 2018), state filled by SplitMix32 from a hash of the seed and the
 * stream's names, so that seed 0 is a seed and streams with different names are independent.
 */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number
  /** Uniform integer in [0, below), without modulo bias. */
  integer(below: number): number
  /** Standard normal (Marsaglia's polar method). */
  normal(): number
  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffleInPlace<T extends { length: number; [index: number]: unknown }>(items: T): T
  /** An independent stream, the same for the same names whatever was drawn before. */
  fork(...names: readonly (string | number)[]): Random
}

/** @param seed - Any number; equal seeds and names give equal streams. */
export function createRandom(seed: number, ...names: readonly (string | number)[]): Random {
  return fromKey(`${seed}/${names.join('/')}`)
}

function fromKey(key: string): Random {
  const state = seedState(key)
  let spare: number | null = null

  const next = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(state[1]!, 5), 7), 9) >>> 0
    const t = state[1]! << 9
    state[2]! ^= state[0]!
    state[3]! ^= state[1]!
    state[1]! ^= state[2]!
    state[0]! ^= state[3]!
    state[2]! ^= t
    state[3] = rotateLeft(state[3]!, 11)
    return result
  }
  const uniform = (): number => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992
  const integer = (below: number): number => {
    if (!(Number.isInteger(below) && below > 0 && below <= 4294967296)) {
      throw new RangeError(`integer(below): expected an integer in 1..2^32, got ${below}`)
    }
    const limit = 4294967296 - (4294967296 % below)
    let draw = next()
    while (draw >= limit) draw = next()
    return draw % below
  }
  const normal = (): number => {
    if (spare !== null) {
      const value = spare
      spare = null
      return value
    }
    for (;;) {
      const u = 2 * uniform() - 1
      const v = 2 * uniform() - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s)
        spare = v * factor
        return u * factor
      }
    }
  }
  return {
    uniform,
    integer,
    normal,
    shuffleInPlace(items) {
      for (let i = items.length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const held = items[i]
        items[i] = items[j]
        items[j] = held
      }
      return items
    },
    fork: (...names) => fromKey(`${key}/${names.join('/')}`),
  }
}

const rotateLeft = (x: number, by: number): number => (x << by) | (x >>> (32 - by))

/** FNV-1a over the key's UTF-16 units, then SplitMix32 four times; never all zero. */
function seedState(key: string): Int32Array {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  const state = new Int32Array(4)
  for (let i = 0; i < 4; i++) {
    hash = (hash + 0x9e3779b9) | 0
    let z = hash
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    state[i] = z ^ (z >>> 15)
  }
  if (state.every((word) => word === 0)) state[0] = 1
  return state
}
