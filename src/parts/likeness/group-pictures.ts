/**
 * Joins pictures into groups, best pair first, and keeps the groups that stand out.
 *
 * Two things can go wrong. Single linkage lets a chain of chance pairs swallow the dataset, so two groups are joined only if
 * their pictures are alike on the whole, not just where they meet. And where parts turn, or wear over weeks, likeness
 * fades without a gap; wherever one cuts, pictures just outside are nearly as alike as those within. Such a group is not
 * kept, but the groups that it was made of may be, if they stand out (after the stable clusters of Campello, Moulavi and
 * Sander 2013).
 */
export interface Pair {
  readonly a: number
  readonly b: number
  /** -1..1, as `Likeness.between` gives it. */
  readonly likeness: number
  /** The same in standard deviations above what different parts have. */
  readonly deviations: number
}

export interface Grouping {
  /** Members of every group, ascending; groups by their first member; pictures that stand alone included. */
  readonly groups: readonly (readonly number[])[]
  /** Pictures that had a pair strong enough but stand alone, since their group did not stand out. */
  readonly undecided: number
}

/**
 * Least mean likeness across two groups that are to be joined, as a share of the least likeness of a pair. One chance
 * pair between two groups of three leaves a ninth.
 */
const leastMeanShare = 0.8
/** Pairs across two groups that are looked at. */
const mostAcross = 24
/**
 * What a picture's best pair outside may be of its mean pair within, on average, for a group that stands out. Calibrated on datasets whose
 * parts are known: docs/hidden-parts.md.
 */
const mostOutside = 0.7

interface Group {
  readonly members: readonly number[]
  readonly parts: readonly [Group, Group] | null
}

/**
 * @param pairs - All that were measured, those of different parts included.
 * @param between - Deviations of any pair; called for pairs across groups that are about to be joined.
 * @param least - Deviations from which a pair may join.
 */
export function groupPictures(
  count: number,
  pairs: readonly Pair[],
  between: (a: number, b: number) => number,
  least: number,
): Grouping {
  const known = new Map(pairs.map(({ a, b, deviations }) => [keyOf(a, b, count), deviations]))
  const deviationsOf = (a: number, b: number): number => {
    const key = keyOf(a, b, count)
    const found = known.get(key) ?? between(Math.min(a, b), Math.max(a, b))
    known.set(key, found)
    return found
  }
  const strong = pairs.filter(({ deviations }) => deviations >= least)
  const roots = join(count, strong, deviationsOf, least)
  const partners = partnersOf(count, pairs)
  const groups = roots.flatMap((root) => standingOut(root, partners))
  groups.sort((x, y) => x[0]! - y[0]!)
  const alone = new Set(groups.filter(({ length }) => length === 1).map(([only]) => only))
  const undecided = new Set(strong.flatMap(({ a, b }) => [a, b]).filter((index) => alone.has(index)))
  return { groups, undecided: undecided.size }
}

function join(
  count: number,
  strong: readonly Pair[],
  deviationsOf: (a: number, b: number) => number,
  least: number,
): Group[] {
  const groupOf: Group[] = Array.from({ length: count }, (_, i) => ({ members: [i], parts: null }))
  const inOrder = [...strong].sort((x, y) => y.deviations - x.deviations || x.a - y.a || x.b - y.b)
  for (const { a, b } of inOrder) {
    const [one, other] = [groupOf[a]!, groupOf[b]!]
    if (one === other) continue
    if (meanAcross(one.members, other.members, deviationsOf) < leastMeanShare * least) continue
    const members = [...one.members, ...other.members].sort((x, y) => x - y)
    const joined: Group = { members, parts: [one, other] }
    for (const member of members) groupOf[member] = joined
  }
  return [...new Set(groupOf)]
}

function meanAcross(
  one: readonly number[],
  other: readonly number[],
  deviationsOf: (a: number, b: number) => number,
): number {
  const pairs = one.length * other.length
  const stride = Math.ceil(pairs / mostAcross)
  let sum = 0
  let looked = 0
  for (let at = 0; at < pairs; at += stride, looked++) {
    sum += deviationsOf(one[at % one.length]!, other[Math.floor(at / one.length)]!)
  }
  return sum / looked
}

type Partners = readonly { readonly index: number; readonly deviations: number }[]

function partnersOf(count: number, pairs: readonly Pair[]): readonly Partners[] {
  const partners = Array.from({ length: count }, (): { index: number; deviations: number }[] => [])
  for (const { a, b, deviations } of pairs) {
    partners[a]!.push({ index: b, deviations })
    partners[b]!.push({ index: a, deviations })
  }
  return partners
}

/** The largest groups within a group that stand out; every picture is in one of them. */
function standingOut(group: Group, partners: readonly Partners[]): (readonly number[])[] {
  if (group.parts === null || standsOut(group.members, partners)) return [group.members]
  return group.parts.flatMap((part) => standingOut(part, partners))
}

function standsOut(members: readonly number[], partners: readonly Partners[]): boolean {
  const own = new Set(members)
  const shares = members.map((member) => {
    const inside = partners[member]!.filter(({ index }) => own.has(index))
    const outside = partners[member]!.filter(({ index }) => !own.has(index))
    const within = inside.reduce((sum, { deviations }) => sum + deviations, 0) / inside.length
    return outside.reduce((best, { deviations }) => Math.max(best, deviations), 0) / within
  })
  return shares.reduce((sum, share) => sum + share, 0) / members.length <= mostOutside
}

const keyOf = (a: number, b: number, count: number): number => Math.min(a, b) * count + Math.max(a, b)
