/** For each sample, the one of the same part at the next smaller angle: silhouettes should change little from one to the other. */
import type { Sample } from '../dataset/sample.ts'

/** Names of a column that holds the angle, in the order in which they are looked for; compared without case. */
const angleColumns = ['angle', 'yaw', 'rotation']

/** @returns Ids by id; samples without part or angle, and the first of each part, have none. */
export function previousAngles(samples: readonly Sample[]): ReadonlyMap<string, string> {
  const column = angleColumnOf(samples)
  const previous = new Map<string, string>()
  if (column === null) return previous
  const parts = new Map<string, { id: string; angle: number }[]>()
  for (const { id, part, attributes } of samples) {
    const text = attributes[column]
    if (part === null || text === undefined || text === '' || !Number.isFinite(Number(text))) continue
    parts.set(part, [...(parts.get(part) ?? []), { id, angle: Number(text) }])
  }
  for (const views of parts.values()) {
    views.sort((a, b) => a.angle - b.angle || (a.id < b.id ? -1 : 1))
    for (let i = 1; i < views.length; i++) previous.set(views[i]!.id, views[i - 1]!.id)
  }
  return previous
}

/** The column's own name; null where no sample has such a column. */
export function angleColumnOf(samples: readonly Sample[]): string | null {
  const names = new Set(samples.flatMap(({ attributes }) => Object.keys(attributes)))
  for (const wanted of angleColumns) {
    for (const name of names) if (name.toLowerCase() === wanted) return name
  }
  return null
}
