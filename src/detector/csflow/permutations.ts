/**
 * The fixed orders in which the channels enter a block: part of the architecture, not of the model.
 *
 * Source: github.com/marco-rudolph/cs-flow, freia_funcs.py, ParallelPermute: block k draws one order for each scale after
 * `numpy.random.seed(k)`.
 */
import { legacyPermutation, mersenneTwister } from '../../math/mersenne-twister.ts'

/** @returns For each scale, which channel comes at each place; int32, shape [channels]. */
export function blockPermutations(block: number, channels: number, scales: number): readonly Int32Array[] {
  const next = mersenneTwister(block)
  return Array.from({ length: scales }, () => legacyPermutation(next, channels))
}

/** The order that undoes an order. */
export function invertOrder(order: Int32Array): Int32Array {
  const inverse = new Int32Array(order.length)
  for (let i = 0; i < order.length; i++) inverse[order[i]!] = i
  return inverse
}
