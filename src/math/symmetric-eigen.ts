/**
 * Eigenvalues and eigenvectors of a symmetric matrix: reduced to three diagonals by Householder's reflections, whose eigenvalues
 * are then found by the QL method with implicit shifts.
 *
 * Source: Golub and Van Loan, Matrix Computations (4th ed.), algorithms 8.3.1 and 8.3.3; Martin, Reinsch and Wilkinson 1968
 * (tred2) and Bowdler et al. 1968 (tql2), as published in EISPACK.
 */
export interface Eigen {
  /** Largest first. float64 [n]. */
  readonly values: Float64Array
  /** Row i is the unit eigenvector of `values[i]`; its entry of the largest magnitude is positive. float64 [n, n]. */
  readonly vectors: Float64Array
}

/** Steps of the iteration for one eigenvalue; three or so are usual. */
const mostSteps = 60

/**
 * @param matrix - float64 [n, n], row-major; the lower half is read.
 * @throws {RangeError} Not n * n numbers, or one that is not finite.
 * Cost: O(n³) time, about 0.2 s for n = 384; 2 n² numbers of memory.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  if (matrix.length !== n * n) {
    throw new RangeError(`eigenvalues: expected ${n} x ${n} numbers, got ${matrix.length}`)
  }
  const q = Float64Array.from(matrix)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) q[j * n + i] = q[i * n + j]!
  }
  if (!q.every(Number.isFinite)) throw new RangeError('eigenvalues: expected a matrix of finite numbers')
  const diagonal = new Float64Array(n)
  const beside = new Float64Array(n)
  reduceInPlace(q, diagonal, beside, n)
  // Rows of the transpose are turned in the iteration, which keeps its memory in order.
  const vectors = transposed(q, n)
  iterateInPlace(vectors, diagonal, beside, n)
  return sorted(diagonal, vectors, n)
}

/** Leaves the three diagonals in `diagonal` and `beside` (from index 1 on) and the orthogonal matrix in `q`. */
function reduceInPlace(q: Float64Array, diagonal: Float64Array, beside: Float64Array, n: number): void {
  for (let i = n - 1; i > 0; i--) {
    const row = q.subarray(i * n, i * n + i)
    let scale = 0
    for (const value of row) scale += Math.abs(value)
    if (i === 1 || scale === 0) {
      beside[i] = row[i - 1]!
      diagonal[i] = 0
      continue
    }
    let squares = 0
    for (let k = 0; k < i; k++) {
      row[k]! /= scale
      squares += row[k]! * row[k]!
    }
    const last = row[i - 1]!
    const norm = last >= 0 ? -Math.sqrt(squares) : Math.sqrt(squares)
    beside[i] = scale * norm
    squares -= last * norm
    row[i - 1] = last - norm
    // beside[0..i) becomes the product of the rest with the reflection's vector.
    let overlap = 0
    for (let j = 0; j < i; j++) {
      q[j * n + i] = row[j]! / squares
      let sum = 0
      for (let k = 0; k <= j; k++) sum += q[j * n + k]! * row[k]!
      for (let k = j + 1; k < i; k++) sum += q[k * n + j]! * row[k]!
      beside[j] = sum / squares
      overlap += beside[j]! * row[j]!
    }
    const half = overlap / (2 * squares)
    for (let j = 0; j < i; j++) {
      const f = row[j]!
      const g = beside[j]! - half * f
      beside[j] = g
      for (let k = 0; k <= j; k++) q[j * n + k]! -= f * beside[k]! + g * row[k]!
    }
    diagonal[i] = squares
  }
  accumulateInPlace(q, diagonal, n)
  beside[0] = 0
}

/** The product of the reflections. */
function accumulateInPlace(q: Float64Array, diagonal: Float64Array, n: number): void {
  const sums = new Float64Array(n)
  diagonal[0] = 0
  for (let i = 0; i < n; i++) {
    if (diagonal[i] !== 0) {
      sums.fill(0, 0, i)
      for (let k = 0; k < i; k++) {
        const weight = q[i * n + k]!
        for (let j = 0; j < i; j++) sums[j]! += weight * q[k * n + j]!
      }
      for (let k = 0; k < i; k++) {
        const weight = q[k * n + i]!
        for (let j = 0; j < i; j++) q[k * n + j]! -= sums[j]! * weight
      }
    }
    diagonal[i] = q[i * n + i]!
    q[i * n + i] = 1
    for (let j = 0; j < i; j++) {
      q[j * n + i] = 0
      q[i * n + j] = 0
    }
  }
}

/** Turns the three diagonals into one, and the rows of `vectors` with them. */
function iterateInPlace(
  vectors: Float64Array,
  diagonal: Float64Array,
  beside: Float64Array,
  n: number,
): void {
  beside.copyWithin(0, 1)
  if (n > 0) beside[n - 1] = 0
  for (let l = 0; l < n; l++) {
    for (let step = 0; ; step++) {
      let m = l
      while (m < n - 1) {
        const size = Math.abs(diagonal[m]!) + Math.abs(diagonal[m + 1]!)
        if (Math.abs(beside[m]!) <= Number.EPSILON * size) break
        m++
      }
      if (m === l) break
      if (step === mostSteps) throw new RangeError(`eigenvalues: no convergence after ${mostSteps} steps`)
      let g = (diagonal[l + 1]! - diagonal[l]!) / (2 * beside[l]!)
      let r = Math.hypot(g, 1)
      g = diagonal[m]! - diagonal[l]! + beside[l]! / (g + (g >= 0 ? r : -r))
      let [sine, cosine, p] = [1, 1, 0]
      let i = m - 1
      for (; i >= l; i--) {
        let f = sine * beside[i]!
        const b = cosine * beside[i]!
        r = Math.hypot(f, g)
        beside[i + 1] = r
        if (r === 0) {
          diagonal[i + 1]! -= p
          beside[m] = 0
          break
        }
        sine = f / r
        cosine = g / r
        g = diagonal[i + 1]! - p
        r = (diagonal[i]! - g) * sine + 2 * cosine * b
        p = sine * r
        diagonal[i + 1] = g + p
        g = cosine * r - b
        const [low, high] = [i * n, (i + 1) * n]
        for (let k = 0; k < n; k++) {
          f = vectors[high + k]!
          const own = vectors[low + k]!
          vectors[high + k] = sine * own + cosine * f
          vectors[low + k] = cosine * own - sine * f
        }
      }
      if (r === 0 && i >= l) continue
      diagonal[l]! -= p
      beside[l] = g
      beside[m] = 0
    }
  }
}

function transposed(matrix: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) result[j * n + i] = matrix[i * n + j]!
  }
  return result
}

function sorted(diagonal: Float64Array, vectors: Float64Array, n: number): Eigen {
  const order = Array.from(diagonal.keys()).sort((a, b) => diagonal[b]! - diagonal[a]! || a - b)
  const values = Float64Array.from(order, (i) => diagonal[i]!)
  const rows = new Float64Array(n * n)
  for (const [to, from] of order.entries()) {
    const row = vectors.subarray(from * n, (from + 1) * n)
    const largest = row.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0)
    rows.set(largest < 0 ? row.map((value) => -value) : row, to * n)
  }
  return { values, vectors: rows }
}
