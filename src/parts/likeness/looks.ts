/**
 * The looks of a dataset: clusters of its pictures as they lie in the common frame, such as the machine types, lots or
 * poses that were photographed. k-means by correlation ("spherical", Dhillon and Modha 2001), started apart from each other
 * (Arthur and Vassilvitskii 2007).
 */
import type { Random } from '../../math/random.ts'

/**
 * Pictures that make a look. So many photographs of one part in one pose are rare; a look made of them would hide that they
 * show one part. With 40, pictures at the ends of a range of poses are taken for one part (docs/hidden-parts.md).
 */
const leastMembers = 20
const mostLooks = 16
const rounds = 10

/**
 * @param rows - float32, [count, dims], each of length 1.
 * @returns The look of every row, 0 to the number of looks - 1; all 0 where there are too few rows for two looks.
 * Cost: O(count * dims * 16) a round, ten rounds.
 */
export function looksOf(rows: readonly Float32Array[], random: Random): Int32Array {
  const wanted = Math.max(1, Math.min(mostLooks, Math.floor(rows.length / leastMembers)))
  let centres = startApart(rows, wanted, random)
  let looks = nearestCentre(rows, centres)
  for (let round = 0; round < rounds; round++) {
    centres = meansOf(rows, looks, centres.length)
    looks = nearestCentre(rows, centres)
  }
  // Small looks go, the smallest first; their pictures join the look that is next.
  for (;;) {
    const sizes = new Int32Array(centres.length)
    for (const look of looks) sizes[look]!++
    const smallest = sizes.indexOf(sizes.reduce((a, b) => Math.min(a, b)))
    if (centres.length === 1 || sizes[smallest]! >= leastMembers) return looks
    centres = centres.filter((_, i) => i !== smallest)
    looks = nearestCentre(rows, centres)
  }
}

/** Each next one is drawn with a probability that grows with its distance from all before. */
function startApart(rows: readonly Float32Array[], wanted: number, random: Random): Float32Array[] {
  const centres = [rows[random.integer(rows.length)]!]
  const distances = Float64Array.from(rows, (row) => 2 - 2 * product(row, centres[0]!))
  while (centres.length < wanted) {
    let left = random.uniform() * distances.reduce((sum, distance) => sum + distance, 0)
    let next = 0
    while (next < rows.length - 1 && left >= distances[next]!) left -= distances[next++]!
    centres.push(rows[next]!)
    rows.forEach((row, i) => {
      distances[i] = Math.max(0, Math.min(distances[i]!, 2 - 2 * product(row, rows[next]!)))
    })
  }
  return centres
}

function meansOf(rows: readonly Float32Array[], looks: Int32Array, count: number): Float32Array[] {
  const sums = Array.from({ length: count }, () => new Float32Array(rows[0]!.length))
  rows.forEach((row, i) => {
    const sum = sums[looks[i]!]!
    for (let d = 0; d < row.length; d++) sum[d]! += row[d]!
  })
  return sums.map((sum) => {
    const length = Math.sqrt(product(sum, sum))
    return length > 0 ? sum.map((value) => value / length) : sum
  })
}

function nearestCentre(rows: readonly Float32Array[], centres: readonly Float32Array[]): Int32Array {
  return Int32Array.from(rows, (row) => {
    let best = 0
    let highest = -Infinity
    for (const [i, centre] of centres.entries()) {
      const found = product(row, centre)
      if (found > highest) {
        highest = found
        best = i
      }
    }
    return best
  })
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!
  return sum
}
