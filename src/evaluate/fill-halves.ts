/**
 * Step 1, second part: gives each half as many nominal as anomalous images, as nearly as whole units allow.
 *
 * Units differ in size and may hold both kinds, so exact balance is a subset-sum problem. A half grows by turns, an
 * anomalous unit when it has enough nominal images and a nominal unit when it lacks them, which stops at balance whether
 * the anomalous units or the nominal ones run out first; single adds, removals and swaps of nominal units then close
 * what gap is left. With one image per unit the balance is exact.
 */
import type { Unit } from './units.ts'

/** A unit on its way into a role. */
export interface Candidate {
  readonly unit: Unit
  /** Images it would bring to a half. */
  readonly nominal: number
  readonly anomalous: number
  /** Whether its nominal images may train; holding it out then costs one of the units that training must keep. */
  readonly trains: boolean
  /** Nominal units of the lower tier are held out first. */
  readonly tier: 0 | 1
  /** How often it was held out, and in inference, in the folds so far. */
  readonly turns: { heldOut: number; inference: number }
}

export interface HalfInput {
  /** Units that hold anomalies, in the order in which they are to be used. */
  readonly anomalous: readonly Candidate[]
  /** Pure nominal units, in the order in which this half draws them; both halves may list the same units. */
  readonly nominal: readonly Candidate[]
}

/** Images of each label that a half must hold; a plan with fewer is refused. */
export const minimumPerHalf = 10

/**
 * @param inputs - The halves. @param budget - How many units that could train may be held out, by both together.
 * @returns The units of each half, in the order of `inputs`.
 * Cost: O(units) to fill, then O(units + distinct sizes squared) per closing move, of which there are few.
 */
export function fillHalves(inputs: readonly HalfInput[], budget: number): readonly (readonly Candidate[])[] {
  const pool = new Pool(budget)
  const halves = inputs.map((input) => new Half(input, pool))
  for (;;) {
    const open = halves.filter((half) => half.isOpen)
    if (open.length === 0) break
    open.sort((x, y) => x.nominal + x.anomalous - y.nominal - y.anomalous)
    open[0]!.grow()
  }
  for (const half of halves) half.trim()
  for (const half of halves) half.closeGap()
  return halves.map((half) => half.units)
}

/** What is taken by either half, and how many more units training can spare. */
class Pool {
  readonly taken = new Set<Candidate>()
  budget: number
  constructor(budget: number) {
    this.budget = budget
  }
  has(c: Candidate): boolean {
    return !this.taken.has(c) && (!c.trains || this.budget > 0)
  }
}

/** Imbalance in 0..1, on top of which every image short of the minimum weighs more than any imbalance. */
function badness(nominal: number, anomalous: number): number {
  const short = Math.max(0, minimumPerHalf - Math.min(nominal, anomalous))
  return short + Math.abs(nominal - anomalous) / Math.max(1, nominal + anomalous)
}

class Half {
  readonly units: Candidate[] = []
  nominal = 0
  anomalous = 0
  isOpen = true
  readonly #pool: Pool
  /** Units that bring more anomalous than nominal images. */
  readonly #anomalousQueue: readonly Candidate[]
  /** Units that bring at least as many nominal ones: mixed ones first, for the anomalies they bring too. */
  readonly #nominalQueue: readonly Candidate[]
  readonly #cursors = new Map<readonly Candidate[], number>()

  constructor(input: HalfInput, pool: Pool) {
    this.#pool = pool
    this.#anomalousQueue = input.anomalous.filter((c) => c.anomalous > c.nominal)
    const mixed = input.anomalous.filter((c) => c.anomalous <= c.nominal)
    this.#nominalQueue = [...mixed, ...input.nominal].sort(
      (x, y) => x.tier - y.tier || x.turns.inference - y.turns.inference,
    )
  }

  /** Takes one more unit, or closes. */
  grow(): void {
    const isLacking = this.nominal < this.anomalous
    const c = this.#next(isLacking ? this.#nominalQueue : this.#anomalousQueue)
    if (c) return this.#add(c)
    // No purer anomalous unit is left: a mixed one will do while the mix gets no worse by it.
    const mixed = isLacking ? undefined : this.#next(this.#nominalQueue)
    if (mixed && mixed.anomalous > 0 && this.#badnessWith(mixed) <= this.#badness()) return this.#add(mixed)
    this.isOpen = false
  }

  /** The nominal units ran out: gives back the anomalous ones that were taken on credit. */
  trim(): void {
    while (this.anomalous > this.nominal) {
      let least = this.#badness()
      let worst: Candidate | null = null
      for (const c of oneOfEachSize(this.units.filter((c) => c.anomalous > c.nominal).reverse())) {
        const value = this.#badnessWith(null, c)
        if (value < least) {
          least = value
          worst = c
        }
      }
      if (!worst) return
      this.#remove(worst)
    }
  }

  /** Best single add, removal or swap of a unit with at least as many nominal images, as long as one helps. */
  closeGap(): void {
    for (let move = 0; move < 100; move++) {
      if (this.nominal === this.anomalous && this.nominal >= minimumPerHalf) return
      const inside = oneOfEachSize(this.units.filter((c) => c.nominal >= c.anomalous))
      const outside = oneOfEachSize(this.#nominalQueue.filter((c) => !this.#pool.taken.has(c)))
      const lowestTier = Math.min(...outside.map((c) => c.tier))
      let least = this.#badness() - 1e-12
      let best: { out: Candidate | null; into: Candidate | null } | null = null
      for (const out of [null, ...inside]) {
        for (const into of [null, ...outside]) {
          if (into?.trains && this.#pool.budget + (out?.trains ? 1 : 0) < 1) continue
          if (into && into.tier !== (out ? out.tier : lowestTier)) continue
          const value = this.#badnessWith(into, out)
          if (value < least) {
            least = value
            best = { out, into }
          }
        }
      }
      if (!best) return
      if (best.out) this.#remove(best.out)
      if (best.into) this.#add(best.into)
    }
  }

  #badness(): number {
    return badness(this.nominal, this.anomalous)
  }
  #badnessWith(into: Candidate | null, out: Candidate | null = null): number {
    return badness(
      this.nominal + (into?.nominal ?? 0) - (out?.nominal ?? 0),
      this.anomalous + (into?.anomalous ?? 0) - (out?.anomalous ?? 0),
    )
  }
  /** First unit of a queue that can still be had; what lies before it stays out of reach while halves only grow. */
  #next(queue: readonly Candidate[]): Candidate | undefined {
    let at = this.#cursors.get(queue) ?? 0
    while (at < queue.length && !this.#pool.has(queue[at]!)) at++
    this.#cursors.set(queue, at)
    return queue[at]
  }
  #add(c: Candidate): void {
    this.#pool.taken.add(c)
    if (c.trains) this.#pool.budget--
    this.units.push(c)
    this.nominal += c.nominal
    this.anomalous += c.anomalous
  }
  #remove(c: Candidate): void {
    this.#pool.taken.delete(c)
    if (c.trains) this.#pool.budget++
    this.units.splice(this.units.lastIndexOf(c), 1)
    this.nominal -= c.nominal
    this.anomalous -= c.anomalous
  }
}

function oneOfEachSize(units: readonly Candidate[]): readonly Candidate[] {
  const first = new Map<string, Candidate>()
  for (const c of units) {
    const size = `${c.nominal}/${c.anomalous}/${c.tier}/${c.trains}`
    if (!first.has(size)) first.set(size, c)
  }
  return [...first.values()]
}
