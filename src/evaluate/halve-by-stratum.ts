/** Step 1, first part: the units that hold anomalies are halved at random, defect type by defect type. */

import { groupBy } from '../math/group-by.ts'
import type { Random } from '../math/random.ts'
import { mustGet } from '../present.ts'
import type { Candidate } from './fill-halves.ts'

/** The two halves, each in the order in which its units are to be used: every prefix is about as stratified as the whole. */
export interface Halves {
  readonly threshold: readonly Candidate[]
  readonly inference: readonly Candidate[]
}

/**
 * Halves units within each stratum; the odd ones out of the strata are halved together, so the halves differ by at most
 * one unit.
 *
 * @param rotating - False: every halving is equally likely. True (units sit out): units with the fewest turns in
 *   inference go to inference first, ties at random, so that each gets its turn.
 * Cost: O(n log n).
 */
export function halveByStratum(units: readonly Candidate[], rotating: boolean, random: Random): Halves {
  const shuffled = random.shuffleInPlace([...units])
  if (rotating) shuffled.sort((x, y) => x.turns.inference - y.turns.inference)
  const strata = groupBy(shuffled, (candidate) => stratumOf(candidate))

  const inference: Candidate[][] = []
  const threshold: Candidate[][] = []
  const odd: { candidate: Candidate; stratum: number }[] = []
  const keys = [...strata.keys()].sort()
  keys.forEach((key, stratum) => {
    const members = mustGet(strata, key)
    const half = members.length >> 1
    inference.push(members.slice(0, half))
    if (members.length % 2 === 1) odd.push({ candidate: members[half]!, stratum })
    threshold.push(members.slice(members.length - half))
  })
  random.shuffleInPlace(odd)
  if (rotating) odd.sort((x, y) => x.candidate.turns.inference - y.candidate.turns.inference)
  // An odd number of odd ones: a coin decides which half gets the last.
  const toInference = odd.length % 2 === 0 ? odd.length / 2 : (odd.length + random.integer(2) * 2 - 1) / 2
  odd.forEach(({ candidate, stratum }, i) => {
    const half = i < toInference ? inference : threshold
    half[stratum]!.push(candidate)
  })
  if (rotating) for (const members of threshold) members.sort((x, y) => x.turns.heldOut - y.turns.heldOut)
  return { inference: interleave(inference, random), threshold: interleave(threshold, random) }
}

/** Defect types, and how much nominal material the unit brings: a half without mixed units may lack what balances it. */
function stratumOf({ unit, nominal, anomalous }: Candidate): string {
  const kind = nominal === 0 ? 'pure' : nominal < anomalous ? 'mostly anomalous' : 'mostly nominal'
  return [kind, ...unit.strata].join('\n')
}

/** Merges strata so that each is spread evenly over the result; keeps the order within a stratum. */
function interleave(strata: readonly (readonly Candidate[])[], random: Random): readonly Candidate[] {
  return strata
    .flatMap((members) => {
      const offset = random.uniform()
      return members.map((candidate, i) => ({ candidate, at: (i + offset) / members.length }))
    })
    .sort((x, y) => x.at - y.at)
    .map(({ candidate }) => candidate)
}
