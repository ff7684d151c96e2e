/**
 * A uniform random sample of rows that many machines can draw together: every row has a priority, a hash of the seed and of its place, and
 * those with the lowest are the sample. So it does not matter in which order rows come, nor on how many machines: samples of shards
 * merge into the sample of the whole. Bottom-k sampling; Cohen and Kaplan 2007, "Summarizing data using bottom-k sketches", PODC.
 *
 * Places count as images and rows within one; the sample comes in their order, so that a stream that fits is itself.
 */
import type { Random } from '../../math/random.ts'

export interface PrioritySample {
  /**
   * Offers the rows of one image; float32, shape [count, dims]. Those taken are copied.
   *
   * @param image - Its place in the whole list, whoever holds the list. An image may be offered once.
   */
  add(image: number, rows: Float32Array): void
  /** Takes over what was drawn elsewhere, with the same seed and capacity, from other images. */
  merge(other: DrawnRows): void
  /** Rows offered so far, elsewhere too. */
  readonly seen: number
  /** In the order of their places; as many as there are, up to the capacity. */
  drawn(): DrawnRows
}

export interface DrawnRows {
  readonly seen: number
  readonly dims: number
  /** float32, shape [count, dims]. */
  readonly rows: Float32Array
  /** By row: hash, image, row within it. */
  readonly priorities: Float64Array
  readonly images: Float64Array
  readonly places: Float64Array
}

/**
 * @param random - Its first draws are the seed of the hash.
 * Memory: grows with what is held, up to capacity * (4 dims + 28) bytes. Cost: O(1) a row that is not taken, O(log capacity) one that is.
 */
export function createPrioritySample(dims: number, capacity: number, random: Random): PrioritySample {
  const seed = [random.integer(4294967296), random.integer(4294967296)] as const
  let rows = new Float32Array(Math.min(capacity, 1024) * dims)
  const priorities: number[] = []
  const images: number[] = []
  const places: number[] = []
  /** Slots, the one with the highest priority first. */
  const heap: number[] = []
  let seen = 0

  const isAfter = (a: number, b: number): boolean =>
    priorities[a]! !== priorities[b]!
      ? priorities[a]! > priorities[b]!
      : images[a]! !== images[b]!
        ? images[a]! > images[b]!
        : places[a]! > places[b]!
  const sink = (from: number): void => {
    for (let at = from; ; ) {
      const left = 2 * at + 1
      let top = at
      if (left < heap.length && isAfter(heap[left]!, heap[top]!)) top = left
      if (left + 1 < heap.length && isAfter(heap[left + 1]!, heap[top]!)) top = left + 1
      if (top === at) return
      ;[heap[at], heap[top]] = [heap[top]!, heap[at]!]
      at = top
    }
  }
  const put = (slot: number, row: Float32Array, priority: number, image: number, place: number): void => {
    if ((slot + 1) * dims > rows.length) {
      const grown = new Float32Array(Math.min(capacity * dims, 2 * rows.length))
      grown.set(rows)
      rows = grown
    }
    rows.set(row, slot * dims)
    ;[priorities[slot], images[slot], places[slot]] = [priority, image, place]
  }
  const offer = (row: Float32Array, priority: number, image: number, place: number): void => {
    if (heap.length < capacity) {
      put(heap.length, row, priority, image, place)
      heap.push(heap.length)
      if (heap.length === capacity) for (let i = heap.length >> 1; i >= 0; i--) sink(i)
      return
    }
    const top = heap[0]!
    if (priority > priorities[top]!) return
    if (
      priority === priorities[top]! &&
      (image > images[top]! || (image === images[top]! && place > places[top]!))
    )
      return
    put(top, row, priority, image, place)
    sink(0)
  }

  return {
    add(image, offered) {
      const count = offered.length / dims
      for (let place = 0; place < count; place++) {
        const row = offered.subarray(place * dims, (place + 1) * dims)
        offer(row, priorityOf(seed[0], seed[1], image, place), image, place)
      }
      seen += count
    },
    merge(other) {
      for (let i = 0; i < other.priorities.length; i++) {
        const row = other.rows.subarray(i * dims, (i + 1) * dims)
        offer(row, other.priorities[i]!, other.images[i]!, other.places[i]!)
      }
      seen += other.seen
    },
    get seen() {
      return seen
    },
    drawn() {
      const order = Array.from(heap).sort((a, b) => images[a]! - images[b]! || places[a]! - places[b]!)
      const sorted = new Float32Array(order.length * dims)
      order.forEach((slot, i) => {
        sorted.set(rows.subarray(slot * dims, (slot + 1) * dims), i * dims)
      })
      return {
        seen,
        dims,
        rows: sorted,
        priorities: Float64Array.from(order, (slot) => priorities[slot]!),
        images: Float64Array.from(order, (slot) => images[slot]!),
        places: Float64Array.from(order, (slot) => places[slot]!),
      }
    },
  }
}

/** 53 bits, uniform in 0..2^53-1: two rounds of the finalizer of MurmurHash3 over seed, image and row. */
function priorityOf(seedA: number, seedB: number, image: number, place: number): number {
  const high = mix(
    mix(seedA ^ (image >>> 0)) ^ Math.imul(place + 1, 0x9e3779b1) ^ Math.floor(image / 4294967296),
  )
  const low = mix(mix(seedB ^ Math.imul(place + 1, 0x85ebca6b)) ^ (image >>> 0) ^ high)
  return (high >>> 0) * 2097152 + (low >>> 11)
}

function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
