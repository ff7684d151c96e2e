/**
 * What is a picture's own: its local contrast without what the common structure explains.
 *
 * In every block of 8 x 8 pixels the common structure and its derivatives across and along are fitted and taken off. The
 * derivatives stand for small displacements (tangent distance, Simard et al. 1993): an edge that lies half a pixel beside
 * where it lies on average would else be the loudest thing that a picture has for itself, and two pictures in which it lies
 * beside on the same side would look like one part.
 */
import { solve } from '../../math/elimination.ts'
import { side } from './local-contrast.ts'
import { inverted, type Placement, place, placedWindow } from './placement.ts'

/** Side of a block. With 16, siblings of the forge stand out by 5.1 standard deviations instead of 5.7, without the derivatives by 4.1. */
const block = 8
const regressors = 4
/** Keeps a block in which the common structure is flat from being fitted by noise: squared contrast, summed over a block. */
const ridge = 1

/**
 * @param pixels - Local contrast, [64, 64].
 * @param mean - The common structure, [64, 64]. @param placement - The picture's over the mean.
 * @returns -127..127, [64, 64]. Cost: 0.15 ms.
 */
export function ownStructure(pixels: Float32Array, mean: Float32Array, placement: Placement): Int8Array {
  const common = new Float32Array(side * side)
  const where = inverted(placement)
  place(mean, where, side, placedWindow(where, side), common)
  const basis = basisOf(common)
  const own = new Int8Array(side * side)
  for (let top = 0; top < side; top += block) {
    for (let left = 0; left < side; left += block) {
      const weights = fitBlock(pixels, basis, top, left)
      for (let y = top; y < top + block; y++) {
        for (let at = y * side + left; at < y * side + left + block; at++) {
          let rest = pixels[at]!
          for (let k = 0; k < regressors; k++) rest -= weights[k]! * basis[regressors * at + k]!
          own[at] = Math.round(Math.max(-127, Math.min(127, rest)))
        }
      }
    }
  }
  return own
}

/** One, the common structure, its derivatives across and along; [64, 64, 4]. */
function basisOf(common: Float32Array): Float32Array {
  const basis = new Float32Array(regressors * side * side)
  for (let y = 0, at = 0; y < side; y++) {
    const up = Math.max(0, y - 1) * side
    const down = Math.min(side - 1, y + 1) * side
    for (let x = 0; x < side; x++, at++) {
      const left = y * side + Math.max(0, x - 1)
      const right = y * side + Math.min(side - 1, x + 1)
      basis[regressors * at] = 1
      basis[regressors * at + 1] = common[at]!
      basis[regressors * at + 2] = (common[right]! - common[left]!) / 2
      basis[regressors * at + 3] = (common[down + x]! - common[up + x]!) / 2
    }
  }
  return basis
}

/** Least squares within a block, by the normal equations. */
function fitBlock(pixels: Float32Array, basis: Float32Array, top: number, left: number): Float64Array {
  const products = new Float64Array(regressors * regressors)
  const right = new Float64Array(regressors)
  for (let y = top; y < top + block; y++) {
    for (let at = y * side + left; at < y * side + left + block; at++) {
      for (let i = 0; i < regressors; i++) {
        const value = basis[regressors * at + i]!
        for (let j = 0; j < regressors; j++) {
          products[i * regressors + j]! += value * basis[regressors * at + j]!
        }
        right[i]! += value * pixels[at]!
      }
    }
  }
  for (let i = 0; i < regressors; i++) products[i * (regressors + 1)]! += ridge
  return solve(products, right, regressors, { isPivoting: false })
}
