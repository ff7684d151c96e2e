/**
 * A uniform random sample of rows from a stream of unknown length, in bounded memory.
 *
 * Algorithm L (Li 1994, ACM TOMS 20): every row of the stream is in the sample with the same probability, and the number
 * of random draws grows only with the logarithm of the stream's length.
 */
import type { Random } from '../../math/random.ts'

export interface Reservoir {
  /** Offers rows; float32, shape [count, dims]. Those taken are copied. */
  add(rows: Float32Array): void
  /** Rows offered so far. */
  readonly seen: number
  /** The sample, float32, shape [min(seen, capacity), dims]; a view, valid until the next `add`. */
  sample(): Float32Array
}

/** Memory: grows with what is taken, up to capacity * dims * 4 bytes. */
export function createReservoir(dims: number, capacity: number, random: Random): Reservoir {
  let store = new Float32Array(Math.min(capacity, 1024) * dims)
  let held = 0
  let seen = 0
  let weight = 1
  let next = 0 // row of the stream that is taken next, once the store is full

  const skip = (): void => {
    weight *= Math.exp(Math.log(1 - random.uniform()) / capacity)
    next += Math.floor(Math.log(1 - random.uniform()) / Math.log1p(-weight)) + 1
  }
  const place = (row: Float32Array, at: number): void => {
    if ((at + 1) * dims > store.length) {
      const grown = new Float32Array(Math.min(capacity * dims, 2 * store.length))
      grown.set(store)
      store = grown
    }
    store.set(row, at * dims)
  }

  return {
    add(rows) {
      for (let start = 0; start < rows.length; start += dims) {
        const row = rows.subarray(start, start + dims)
        if (held < capacity) {
          place(row, held++)
          if (held === capacity) {
            next = seen
            skip()
          }
        } else if (seen === next) {
          place(row, random.integer(capacity))
          skip()
        }
        seen++
      }
    },
    get seen() {
      return seen
    },
    sample: () => store.subarray(0, held * dims),
  }
}
