/**
 * Step 1, second part: gives each half as many nominal as anomalous images, as nearly as whole units allow.
 *
 * Units differ in size and may hold both kinds, so exact balance is a subset-sum problem. A half grows by turns, an
 * anomalous unit when it has enough nominal images and a nominal unit when it lacks them, which stops at balance whether
 * the anomalous units or the nominal ones run out first; exchanges of nominal units then close what gap is left. With one image per unit the balance is exact.
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
  /** Whether nominal units with few turns in inference come first (as they should in inference) or last. */
  readonly fewestTurns: 'first' | 'last'
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

interface Exchange {
  readonly out: readonly Candidate[]
  readonly into: readonly Candidate[]
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
    const order = (c: Candidate): number =>
      c.anomalous === 0 && input.fewestTurns === 'last' ? -c.turns.inference : c.turns.inference
    this.#nominalQueue = [...mixed, ...input.nominal].sort((x, y) => x.tier - y.tier || order(x) - order(y))
  }

  /** Takes one more unit, or closes. */
  grow(): void {
    const isLacking = this.nominal < this.anomalous
    const c = this.#next(isLacking ? this.#nominalQueue : this.#anomalousQueue)
    // Where no purer anomalous unit is left, a mixed one will do while the mix gets no worse by it.
    const mixed = c || isLacking ? undefined : this.#next(this.#nominalQueue)
    const isWelcome = mixed && mixed.anomalous > 0 && this.#badnessWith(mixed, 1) <= this.#badness()
    if (c) this.#add(c)
    else if (isWelcome) this.#add(mixed)
    else this.isOpen = false
  }

  /** The nominal units ran out: gives back the anomalous ones that were taken on credit. */
  trim(): void {
    while (this.anomalous > this.nominal) {
      let least = this.#badness()
      let worst: Candidate | null = null
      for (const c of oneOfEachSize(this.units.filter((c) => c.anomalous > c.nominal).reverse())) {
        const value = this.#badnessWith(c, -1)
        if (value < least) {
          least = value
          worst = c
        }
      }
      if (!worst) return
      this.#remove(worst)
    }
  }

  /** Exchanges of at most one nominal-heavy unit for at most one other; of two for two where none of those helps. */
  closeGap(): void {
    for (let move = 0; move < 100; move++) {
      if (this.nominal === this.anomalous && this.nominal >= minimumPerHalf) return
      const exchange = this.#bestExchange(1) ?? this.#bestExchange(2)
      if (!exchange) return
      for (const c of exchange.out) this.#remove(c)
      for (const c of exchange.into) this.#add(c)
    }
  }

  #bestExchange(most: 1 | 2): Exchange | null {
    const outs = choices(
      this.units.filter((c) => c.nominal >= c.anomalous),
      most,
    )
    const intos = choices(
      this.#nominalQueue.filter((c) => !this.#pool.taken.has(c)),
      most,
    )
    // Swaps stay within a tier, and nothing of the higher tier comes in while there is some of the lower one.
    const lowestTier = Math.min(...intos.flat().map((c) => c.tier))
    let least = this.#badness() - 1e-12
    let best: Exchange | null = null
    for (const out of outs) {
      const tier = out[0] ? out[0].tier : lowestTier
      if (out.some((c) => c.tier !== tier)) continue
      const budget = this.#pool.budget + out.filter((c) => c.trains).length
      const nominal = this.nominal - total(out, 'nominal')
      const anomalous = this.anomalous - total(out, 'anomalous')
      for (const into of intos) {
        if (into.some((c) => c.tier !== tier) || into.filter((c) => c.trains).length > budget) continue
        const value = badness(nominal + total(into, 'nominal'), anomalous + total(into, 'anomalous'))
        if (value < least) {
          least = value
          best = { out, into }
        }
      }
    }
    return best
  }

  #badness(): number {
    return badness(this.nominal, this.anomalous)
  }
  #badnessWith(c: Candidate, sign: 1 | -1): number {
    return badness(this.nominal + sign * c.nominal, this.anomalous + sign * c.anomalous)
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

function total(units: readonly Candidate[], label: 'nominal' | 'anomalous'): number {
  return units.reduce((sum, c) => sum + c[label], 0)
}

/** Up to `most` units, every combination of sizes once; no pairs where there are so many sizes that one will do. */
function choices(units: readonly Candidate[], most: 1 | 2): readonly (readonly Candidate[])[] {
  const first = oneOfEachSize(units)
  const single = [[], ...first.map((c) => [c])]
  if (most === 1 || first.length > 24) return single
  const second = [...first, ...oneOfEachSize(units.filter((c) => !first.includes(c)))]
  return [...single, ...first.flatMap((x, i) => second.slice(i + 1).map((y) => [x, y]))]
}

function oneOfEachSize(units: readonly Candidate[]): readonly Candidate[] {
  const first = new Map<string, Candidate>()
  for (const c of units) {
    const size = `${c.nominal}/${c.anomalous}/${c.tier}/${c.trains}`
    if (!first.has(size)) first.set(size, c)
  }
  return [...first.values()]
}
