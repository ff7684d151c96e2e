/** The name somebody probably meant, for error messages that help. */

/**
 * Edit distance with adjacent transpositions (optimal string alignment; Damerau 1964), case-insensitive.
 *
 * Cost: O(a * b) time, O(b) memory.
 */
export function editDistance(a: string, b: string): number {
  const from = a.toLowerCase()
  const to = b.toLowerCase()
  let older: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, j) => j)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const substitute = previous[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      let best = Math.min(substitute, previous[j]! + 1, row[j - 1]! + 1)
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        best = Math.min(best, older[j - 2]! + 1)
      }
      row.push(best)
    }
    older = previous
    previous = row
  }
  return previous[to.length]!
}

/**
 * The known name closest to `name`, or undefined when none is close enough to be meant: at most a third of the longer
 * name may differ, unless one begins with the other. Ties take the first.
 */
export function findNearestName(name: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined
  let least = Infinity
  for (const candidate of known) {
    const distance = editDistance(name, candidate)
    const isClose =
      distance <= Math.max(1, Math.ceil(Math.max(name.length, candidate.length) / 3)) ||
      (name.length >= 3 && (candidate.startsWith(name) || name.startsWith(candidate)))
    if (isClose && distance < least) {
      nearest = candidate
      least = distance
    }
  }
  return nearest
}

/** `; did you mean "seed"?`, or nothing. To be put at the end of a message. */
export function didYouMean(name: string, known: readonly string[], prefix = ''): string {
  const nearest = findNearestName(name, known)
  return nearest === undefined ? '' : `; did you mean ${prefix}${nearest}?`
}
