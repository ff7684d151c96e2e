/** The closest curve that never rises: isotonic regression. */

/**
 * Pool adjacent violators (Ayer et al. 1955): the falling sequence with the least weighted squared distance. Neighbours that rise are
 * replaced by their weighted mean, until none does.
 *
 * @param values - In order. @param weights - As many, above 0.
 * @throws {RangeError} The two differ in length.
 * Cost: O(n).
 */
export function falling(values: readonly number[], weights: readonly number[]): number[] {
  if (values.length !== weights.length) {
    throw new RangeError(`falling: expected ${values.length} weights, got ${weights.length}`)
  }
  const blocks: { value: number; weight: number; count: number }[] = []
  values.forEach((value, i) => {
    let block = { value, weight: weights[i]!, count: 1 }
    for (let last = blocks.at(-1); last !== undefined && last.value < block.value; last = blocks.at(-1)) {
      blocks.pop()
      const weight = last.weight + block.weight
      block = {
        value: (last.value * last.weight + block.value * block.weight) / weight,
        weight,
        count: last.count + block.count,
      }
    }
    blocks.push(block)
  })
  return blocks.flatMap(({ value, count }) => Array.from({ length: count }, () => value))
}
