/**
 * Step 0 of the protocol: does the nominal test set come from the distribution of the nominal train set?
 *
 * Energy distance between the embeddings of a frozen backbone, with a permutation test that moves whole units between
 * the sets: images of one part resemble each other, and shuffling them singly would find a difference where there is none.
 * Sources: Szekely and Rizzo 2013 (energy statistics; effect size: their coefficient of inhomogeneity H), Phipson and
 * Smyth 2010 (p is never 0).
 */
import { ShapeError } from '../errors.ts'
import type { Random } from '../math/random.ts'
import { mustGet } from '../present.ts'
import { checkCancelled, quietTask, type Task } from '../task.ts'

export interface MergeTestInput {
  /** One row per image, all of the same length. */
  readonly trainEmbeddings: readonly Float32Array[]
  readonly testEmbeddings: readonly Float32Array[]
  /** Unit of each row. A unit with images in both sets cannot be permuted; its test images are left out. */
  readonly trainUnits: readonly string[]
  readonly testUnits: readonly string[]
  readonly random: Random
  readonly permutations?: number
  /** Most images whose distances are computed; above it whole units are drawn at random, half from each set where possible. */
  readonly maxImages?: number
  readonly task?: Task
}

export interface MergeTest {
  readonly statistic: 'energy'
  /** (1 + permutations at least as far apart) / (1 + permutations). */
  readonly pValue: number
  /** Energy coefficient H in 0..1: 0 for equal distributions. */
  readonly effect: number
  readonly units: { readonly train: number; readonly test: number }
  readonly images: { readonly train: number; readonly test: number }
  /** Units with images in both sets. */
  readonly straddling: number
}

/**
 * @returns null where one of the sets has fewer than 2 units that can be permuted.
 * @throws {ShapeError} Rows and units disagree in number, or rows in length.
 * Cost: O(n^2 D) for n = min(images, maxImages = 1,500) images of dimension D, then O(units^2) per permutation;
 * memory 8 units^2 bytes.
 */
export function mergeTest(input: MergeTestInput): MergeTest | null {
  const { random, permutations = 999, maxImages = 1500, task = quietTask } = input
  const train = byUnit(input.trainEmbeddings, input.trainUnits, 'train')
  const test = byUnit(input.testEmbeddings, input.testUnits, 'test')
  let straddling = 0
  for (const unit of train.keys()) if (test.delete(unit)) straddling++
  if (train.size < 2 || test.size < 2) return null

  const [trainRows, testRows] = subsample(sortedRows(train), sortedRows(test), maxImages, random)
  const groups = [...trainRows, ...testRows]
  const distances = unitDistances(groups, task)
  const rows = rowSums(distances, groups.length)
  const sizes = Float64Array.from(groups, (rows) => rows.length)
  const order = Int32Array.from(groups, (_, i) => i)
  const smaller = Math.min(trainRows.length, testRows.length)
  // The statistic is symmetric, so the smaller set is the one summed over.
  const first = testRows.length === smaller ? order.map((i) => (i + trainRows.length) % groups.length) : order
  const observed = energy(distances, rows, sizes, first, smaller)

  let atLeast = 1
  const shuffled = Int32Array.from(first)
  const progress = task.progress('merge test', 'permutations')
  for (let p = 0; p < permutations; p++) {
    checkCancelled(task)
    random.shuffleInPlace(shuffled)
    if (
      energy(distances, rows, sizes, shuffled, smaller).distance >=
      observed.distance - 1e-12 * observed.between
    )
      atLeast++
    progress.update(p + 1, permutations)
  }
  progress.end()
  const count = (rows: readonly (readonly Float32Array[])[]) => rows.reduce((n, unit) => n + unit.length, 0)
  return {
    statistic: 'energy',
    pValue: atLeast / (permutations + 1),
    effect: observed.between > 0 ? Math.max(0, observed.distance / (2 * observed.between)) : 0,
    units: { train: trainRows.length, test: testRows.length },
    images: { train: count(trainRows), test: count(testRows) },
    straddling,
  }
}

export type MergeMode = 'auto' | 'always' | 'never'

export interface MergeDecision {
  readonly mode: MergeMode
  readonly merged: boolean
  readonly pValue: number | null
  readonly effect: number | null
  readonly reason: string
}

/** Below this p-value, `auto` keeps nominal test units out of training. */
export const mergeAlpha = 0.05

/** @param result - null where there is no published nominal test set, or too few units of it to test. */
export function decideMerge(mode: MergeMode, result: MergeTest | null): MergeDecision {
  const figures = { mode, pValue: result?.pValue ?? null, effect: result?.effect ?? null }
  if (mode === 'always') return { ...figures, merged: true, reason: 'asked for with --merge always' }
  if (mode === 'never') return { ...figures, merged: false, reason: 'asked for with --merge never' }
  if (!result)
    return { ...figures, merged: true, reason: 'no nominal test set large enough to compare was published' }
  const p = `p = ${result.pValue.toPrecision(2)}`
  return result.pValue >= mergeAlpha
    ? { ...figures, merged: true, reason: `nominal test and train images are not distinguishable (${p})` }
    : { ...figures, merged: false, reason: `nominal test images differ from nominal train images (${p})` }
}

function byUnit(
  rows: readonly Float32Array[],
  units: readonly string[],
  name: string,
): Map<string, Float32Array[]> {
  if (rows.length !== units.length) throw new ShapeError(`${name}Units`, `[${rows.length}]`, [units.length])
  const groups = new Map<string, Float32Array[]>()
  rows.forEach((row, i) => {
    if (row.length !== rows[0]!.length)
      throw new ShapeError(`${name}Embeddings[${i}]`, `[${rows[0]!.length}]`, [row.length])
    const group = groups.get(units[i]!)
    if (group) group.push(row)
    else groups.set(units[i]!, [row])
  })
  return groups
}

type Rows = readonly (readonly Float32Array[])[]

/** Units in the order of their names, so that the order of the rows does not matter. */
function sortedRows(groups: ReadonlyMap<string, readonly Float32Array[]>): Rows {
  return [...groups.keys()].sort().map((key) => mustGet(groups, key))
}

/** Keeps whole units, drawn at random, within the cap; a set smaller than half the cap leaves the rest to the other. */
function subsample(train: Rows, test: Rows, cap: number, random: Random): readonly [Rows, Rows] {
  const size = (units: Rows) => units.reduce((n, unit) => n + unit.length, 0)
  const [nTrain, nTest] = [size(train), size(test)]
  if (nTrain + nTest <= cap) return [train, test]
  const half = cap / 2
  const forTest = nTest <= half ? nTest : Math.max(half, cap - nTrain)
  const draw = (units: Rows, limit: number): Rows => {
    const kept: (readonly Float32Array[])[] = []
    let n = 0
    for (const unit of random.shuffleInPlace([...units])) {
      if (kept.length >= 2 && n + unit.length > limit) continue
      kept.push(unit)
      n += unit.length
    }
    return kept
  }
  return [draw(train, cap - forTest), draw(test, forTest)]
}

/** Sum of Euclidean distances between the images of every two units; symmetric, row-major, [units, units]. */
function unitDistances(groups: Rows, task: Task): Float64Array {
  const n = groups.length
  const sums = new Float64Array(n * n)
  const progress = task.progress('embedding distances', 'units')
  for (let i = 0; i < n; i++) {
    checkCancelled(task)
    for (let j = i; j < n; j++) {
      let sum = 0
      for (const a of groups[i]!) for (const b of groups[j]!) sum += euclidean(a, b)
      sums[i * n + j] = sum
      sums[j * n + i] = sum
    }
    progress.update(i + 1, n)
  }
  progress.end()
  return sums
}

function euclidean(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) {
    const difference = a[d]! - b[d]!
    sum += difference * difference
  }
  return Math.sqrt(sum)
}

/** Energy distance 2 E|X-Y| - E|X-X'| - E|Y-Y'| of the first `m` units of `order` against the others. */
function energy(
  sums: Float64Array,
  rows: Float64Array,
  sizes: Float64Array,
  order: Int32Array,
  m: number,
): { distance: number; between: number } {
  const n = order.length
  let [within, across, rest, inside, outside] = [0, 0, 0, 0, 0]
  for (let i = 0; i < m; i++) {
    const row = order[i]! * n
    inside += sizes[order[i]!]!
    across += rows[order[i]!]!
    for (let j = 0; j < m; j++) within += sums[row + order[j]!]!
  }
  across -= within
  for (let i = m; i < n; i++) {
    outside += sizes[order[i]!]!
    rest += rows[order[i]!]!
  }
  rest -= across
  const between = across / (inside * outside)
  return { between, distance: 2 * between - within / (inside * inside) - rest / (outside * outside) }
}

function rowSums(sums: Float64Array, n: number): Float64Array {
  const rows = new Float64Array(n)
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) rows[i]! += sums[i * n + j]!
  return rows
}
