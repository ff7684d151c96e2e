/** Mean of the values of each unit, units in the order of their first value: images of one part are one witness. */
export function unitMean(units: readonly string[], values: readonly number[]): number[] {
  const sums = new Map<string, { sum: number; count: number }>()
  units.forEach((unit, i) => {
    const own = sums.get(unit) ?? { sum: 0, count: 0 }
    sums.set(unit, { sum: own.sum + values[i]!, count: own.count + 1 })
  })
  return [...sums.values()].map(({ sum, count }) => sum / count)
}
