/**
 * Every picture judged by the good parts of others: a memory bank of the same number of patches of each good picture, of which
 * those of the judged picture's own part do not count. One pass judges all parts, each by all others that are good, so that figures
 * are drawn by part and no fold's luck is in them.
 */
import { centreRows, rowSquares } from '../../src/detector/patches/centred.ts'
import type { PatchGrid } from '../../src/detector/patches/embed-patches.ts'
import {
  add,
  compile,
  gemm,
  mul,
  reduceMin,
  reduceSum,
  reshape,
  type SessionOptions,
} from '../../src/graph/index.ts'
import { cholesky, invertTriangular } from '../../src/math/cholesky.ts'
import { groupBy } from '../../src/math/group-by.ts'
import type { Random } from '../../src/math/random.ts'
import type { Distances } from './rules.ts'

export interface SeenPicture {
  readonly part: string
  /** What it may teach: its own patches and those of its changed copies; none unless its part is good. */
  readonly taught: readonly PatchGrid[]
  readonly patches: PatchGrid
}

export interface JudgeOptions {
  /** Patches of a good picture in the bank, those of its copies included. */
  readonly perPicture: number
  readonly rows: 'as they are' | 'standardised' | 'whitened'
  /** Whether a distance is measured in units of how far the banked patch lies from other parts. */
  readonly isScaled: boolean
}

/** Rows that go through the product together. */
const block = 128

export async function* judgeLeftOut(
  pictures: readonly SeenPicture[],
  { perPicture, rows, isScaled }: JudgeOptions,
  random: Random,
  machine: SessionOptions,
): AsyncGenerator<Distances> {
  const { dims } = pictures[0]!.patches
  const teachers = pictures.filter(({ taught }) => taught.length > 0)
  const drawn = new Float32Array(teachers.length * perPicture * dims)
  for (const [t, { taught }] of teachers.entries()) {
    for (let i = 0; i < perPicture; i++) {
      const { data } = taught[i % taught.length]!
      const from = random.integer(data.length / dims) * dims
      drawn.set(data.subarray(from, from + dims), (t * perPicture + i) * dims)
    }
  }
  const { mean, rows: bank } = centreRows(drawn, dims)
  const change = rows === 'as they are' ? null : rowChange(bank, dims, rows)
  const apply = (data: Float32Array): Float32Array => {
    const out = data.slice()
    for (let i = 0; i < out.length; i++) out[i]! -= mean[i % dims]!
    return change === null ? out : changeRows(out, dims, change)
  }
  const banked = change === null ? bank : changeRows(bank, dims, change)
  const count = banked.length / dims
  const open = (weights: Float32Array) =>
    compile(
      'left-out',
      { rows: { dtype: 'float32', shape: [block, dims] } },
      ({ rows }, graph) => {
        const squares = graph.constant(rowSquares(banked, dims), [count])
        const product = gemm(rows, graph.constant(banked, [count, dims]), {
          transB: true,
          alpha: -2,
          c: squares,
        })
        const whole = add(product, reduceSum(mul(rows, rows), [1], true))
        const weighed = isScaled ? mul(whole, graph.constant(weights, [1, count])) : whole
        return { least: reduceMin(reshape(weighed, [block, teachers.length, perPicture]), [2]) }
      },
      machine,
    )
  const parts = [...groupBy(teachers.keys(), (t) => teachers[t]!.part)]
  const numberOf = new Map(parts.map(([part], number) => [part, number]))
  /** Of every teacher, its part by number; and whether it is the first of it. */
  const partOf = Int32Array.from(teachers, ({ part }) => numberOf.get(part)!)
  const isFirst = Uint8Array.from(partOf, (part, t) => Number(partOf.indexOf(part) === t))

  /** Per row, to the nearest teacher of another part than `own`. */
  const toOthers = (least: Float32Array, own: number): Float32Array => {
    const out = new Float32Array(least.length / teachers.length)
    for (let cell = 0, i = 0; cell < out.length; cell++) {
      let nearest = Infinity
      for (let t = 0; t < partOf.length; t++, i++)
        if (partOf[t] !== own && least[i]! < nearest) nearest = least[i]!
      out[cell] = Math.sqrt(Math.max(0, nearest))
    }
    return out
  }

  /** Per row, to each good part but `own`: to all of its pictures, or to the first alone. */
  const toParts = (least: Float32Array, own: number, isFirstAlone: boolean): Float32Array => {
    const out = new Float32Array((least.length / teachers.length) * parts.length).fill(Infinity)
    for (let i = 0; i < least.length; i++) {
      const t = i % teachers.length
      if (partOf[t] === own || (isFirstAlone && isFirst[t] === 0)) continue
      const at = Math.floor(i / teachers.length) * parts.length + partOf[t]!
      out[at] = Math.min(out[at]!, Math.sqrt(Math.max(0, least[i]!)))
    }
    return out
  }

  let weights = new Float32Array(count).fill(1)
  if (isScaled) weights = await spacing()
  const search = await open(weights)
  try {
    for (const { part, patches } of pictures) {
      const least = (await search.runRows({ rows: apply(patches.data) })).least.data
      const own = numberOf.get(part) ?? -1
      const { rows, cols } = patches.range
      yield {
        nearest: toOthers(least, own),
        byPart: () => toParts(least, own, false),
        byFirst: () => toParts(least, own, true),
        ...{ parts: parts.length, rows, cols },
      }
    }
  } finally {
    await search.close()
  }

  /** One over the squared distance of every banked patch to its nearest part but its own. */
  async function spacing(): Promise<Float32Array<ArrayBuffer>> {
    const plain = await open(new Float32Array(count).fill(1))
    const found = new Float32Array(count)
    for (const t of teachers.keys()) {
      const own = banked.subarray(t * perPicture * dims, (t + 1) * perPicture * dims)
      const { least } = await plain.runRows({ rows: own })
      const nearest = toOthers(least.data, partOf[t]!)
      for (const [i, distance] of nearest.entries())
        found[t * perPicture + i] = 1 / Math.max(1e-6, distance ** 2)
    }
    await plain.close()
    return found
  }
}

/** Lower triangular, [dims, dims]: what rows less their mean are multiplied by. */
function rowChange(bank: Float32Array, dims: number, kind: 'standardised' | 'whitened'): Float64Array {
  const covariance = new Float64Array(dims * dims)
  for (let start = 0; start < bank.length; start += dims) {
    for (let a = 0; a < dims; a++) {
      for (let b = 0; b <= a; b++) {
        if (kind === 'standardised' && a !== b) continue
        covariance[a * dims + b]! += (bank[start + a]! * bank[start + b]! * dims) / bank.length
      }
    }
  }
  const trace = Array.from({ length: dims }, (_, i) => covariance[i * dims + i]!).reduce(
    (sum, x) => sum + x,
    0,
  )
  const ridge = 0.01 * (trace / dims)
  const factor = cholesky(dims, (a, b) => covariance[a * dims + b]! + (a === b ? ridge : 0))
  return invertTriangular(factor, dims)
}

function changeRows(rows: Float32Array, dims: number, change: Float64Array): Float32Array {
  const out = new Float32Array(rows.length)
  for (let start = 0; start < rows.length; start += dims) {
    for (let a = 0; a < dims; a++) {
      let sum = 0
      for (let b = 0; b <= a; b++) sum += change[a * dims + b]! * rows[start + b]!
      out[start + a] = sum
    }
  }
  return out
}
