/**
 * Scores of any number of pixels as sortable keys, kept sorted in pieces, and the question how many lie above a given one.
 *
 * Memory: 4 bytes a pixel, and 48 MiB while a piece is sorted.
 */
import { radixSortInPlace } from '../../../math/radix-sort.ts'

/** Numbers of keys, by the place of the key that was asked for. */
export type KeyCounts = Uint32Array | Float64Array

/** Keys of which it can be asked how many lie above a given one. */
export interface KeyCounter {
  /** Keys held. */
  readonly size: number
  /** Counts from the highest key downwards, as {@link SortedKeys.countDown}. */
  countDown(): (keys: Uint32Array, above: KeyCounts, equal: KeyCounts) => void
}

export class SortedKeys implements KeyCounter {
  readonly #pieceSize: number
  #size = 0
  readonly #pieces: Uint32Array[] = []
  #waiting: Uint32Array[] = []
  #waitingSize = 0

  /** @param pieceSize - Keys are sorted as soon as so many have come: few enough for the cache (see `radix-sort.ts`). */
  constructor(pieceSize = 1 << 22) {
    this.#pieceSize = pieceSize
  }

  /** Keys held. */
  get size(): number {
    return this.#size
  }

  /** Takes the array over: it must not be changed afterwards. */
  add(keys: Uint32Array): void {
    this.#waiting.push(keys)
    this.#waitingSize += keys.length
    this.#size += keys.length
    if (this.#waitingSize >= this.#pieceSize) this.#sortWaiting()
  }

  /** Each ascending; not to be changed. */
  pieces(): readonly Uint32Array[] {
    this.#sortWaiting()
    return this.#pieces
  }

  /**
   * Counts from the highest key downwards: each call goes on where the last one stopped.
   *
   * Cost over all calls: O(keys held + pieces x keys asked for).
   */
  countDown(): (keys: Uint32Array, above: KeyCounts, equal: KeyCounts) => void {
    const ends = this.pieces().map((piece) => piece.length)
    return (keys, above, equal) => {
      above.fill(0)
      equal.fill(0)
      this.#pieces.forEach((piece, p) => {
        ends[p] = countPiece(piece, ends[p]!, keys, above, equal)
      })
    }
  }

  #sortWaiting(): void {
    if (this.#waitingSize === 0) return
    const piece = new Uint32Array(this.#waitingSize)
    let at = 0
    for (const keys of this.#waiting) {
      piece.set(keys, at)
      at += keys.length
    }
    radixSortInPlace(piece)
    this.#pieces.push(piece)
    this.#waiting = []
    this.#waitingSize = 0
  }
}

/**
 * Adds to `above[i]` the keys of the piece between keys[i] and keys[i - 1] (or, for i = 0, `end`), to `equal[i]` those that
 * equal keys[i]; `keys` are descending. Returns how many keys are left below.
 */
export function countPiece(
  piece: Uint32Array,
  end: number,
  keys: Uint32Array,
  above: KeyCounts,
  equal: KeyCounts,
): number {
  let left = end
  for (let i = 0; i < keys.length && left > 0; i++) {
    const key = keys[i]!
    const before = left
    while (left > 0 && piece[left - 1]! > key) left--
    above[i]! += before - left
    const tied = left
    while (left > 0 && piece[left - 1] === key) left--
    equal[i]! += tied - left
  }
  return left
}
