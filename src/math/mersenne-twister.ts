/**
 * The Mersenne Twister MT19937 and the shuffle of NumPy's legacy generator: for numbers that a reference implementation
 * drew with `numpy.random.seed`, and for nothing else; our own randomness is `random.ts`.
 *
 * Source: Matsumoto and Nishimura 1998, ACM TOMACS 8(1); numpy.random.RandomState of NumPy 1.24 (seeding by one integer,
 * `permutation`). Checked against NumPy's permutations in `test/detector/csflow/permutations.test.ts`.
 */

const stateSize = 624
const middle = 397

/**
 * @param seed - 0..2^32 - 1.
 * @returns A function that gives the next word, 0..2^32 - 1.
 */
export function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(stateSize)
  state[0] = seed
  for (let i = 1; i < stateSize; i++) {
    const last = state[i - 1]! ^ (state[i - 1]! >>> 30)
    state[i] = Math.imul(last, 1812433253) + i
  }
  let position = stateSize
  return () => {
    if (position === stateSize) {
      twistInPlace(state)
      position = 0
    }
    let y = state[position++]!
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    y ^= y >>> 18
    return y >>> 0
  }
}

function twistInPlace(state: Uint32Array): void {
  for (let i = 0; i < stateSize; i++) {
    const y = (state[i]! & 0x80000000) | (state[(i + 1) % stateSize]! & 0x7fffffff)
    state[i] = state[(i + middle) % stateSize]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0)
  }
}

/**
 * `numpy.random.RandomState.permutation(count)`: 0..count - 1 shuffled, each index drawn by masking and rejection.
 *
 * @param next - Words, each 0..2^32 - 1; as many are taken as NumPy takes.
 */
export function legacyPermutation(next: () => number, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const mask = 2 ** (32 - Math.clz32(i)) - 1
    let j = (next() & mask) >>> 0
    while (j > i) j = (next() & mask) >>> 0
    const held = order[i]!
    order[i] = order[j]!
    order[j] = held
  }
  return order
}
