/**
 * Which points may lie nearer to one of a few centres than they are to those before: told along few axes, for half of what the
 * distances take. A point is at least as far from a centre as along the axes on which the points vary most, and as what is left of the two
 * differs in length: both together are a distance of one dimension more (after the partial distances of Cheng et al. 1984,
 * "Fast search algorithms for vector quantization and pattern matching", ICASSP).
 */
import { compile, gemm, reduceMin, type SessionOptions } from '../../graph/index.ts'
import { createRandom } from '../../math/random.ts'
import { rowSquares } from '../patches/centred.ts'
import { rowAxes } from './row-axes.ts'

export interface DistanceBound {
  /**
   * @param distance - Squared, of each point from the nearest centre so far.
   * @param centres - Indices of points, at least one.
   * @returns Indices of points, ascending: all whose distance a centre lowers, and some others.
   */
  mayBeNearer(distance: Float64Array, centres: Int32Array): Promise<Int32Array>
  close(): Promise<void>
}

/** Of the dimensions, the share that is looked at first. Measured: bench/coreset.bench.ts. */
const share = 1 / 2
/** With fewer dimensions, little would be saved; with more, the axes take longer to find than they save. */
const [leastDims, mostDims] = [32, 128]
/** Rows from which the axes are found. */
const sampled = 4096

/**
 * @param centred - float32 [count, dims], less the mean. @param own - Their squared lengths.
 * @param block - Points, and `most` centres, that are measured at a time; `most` centres is also the most there may be.
 * @param slack - Of the squares of two points, what products may be off.
 * @returns null where a bound is not worth its while.
 */
export async function openDistanceBound(
  centred: Float32Array,
  own: Float32Array,
  dims: number,
  { block, most, slack }: { readonly block: number; readonly most: number; readonly slack: number },
  machine: SessionOptions,
): Promise<DistanceBound | null> {
  if (dims < leastDims || dims > mostDims) return null
  const count = own.length
  const width = Math.floor(share * dims)
  const short = await shorten(centred, own, dims, width - 1, machine)
  const shortSquares = rowSquares(short, width)
  const search = await compile(
    'distance-bound',
    {
      rows: { dtype: 'float32', shape: [block, width] },
      centres: { dtype: 'float32', shape: [most, width] },
      squares: { dtype: 'float32', shape: [most] },
    },
    ({ rows, centres, squares }) => ({
      least: reduceMin(gemm(rows, centres, { transB: true, alpha: -2, c: squares }), [1]),
    }),
    machine,
  )
  const found = new Int32Array(count)
  return {
    async mayBeNearer(distance, chosen) {
      const centres = new Float32Array(most * width)
      const squares = new Float32Array(most).fill(3e38) // never the nearest
      let longest = 0
      for (const [i, point] of chosen.entries()) {
        centres.set(short.subarray(point * width, (point + 1) * width), i * width)
        squares[i] = shortSquares[point]!
        longest = Math.max(longest, own[point]!)
      }
      const { least } = await search.runRows({ rows: short }, { centres, squares })
      let held = 0
      for (let point = 0; point < count; point++) {
        const bound = shortSquares[point]! + least.data[point]! - slack * (own[point]! + longest)
        if (bound < distance[point]!) found[held++] = point
      }
      return found.subarray(0, held)
    },
    close: () => search.close(),
  }
}

/** Rows along the axes on which they vary most, and the length of the rest: float32 [count, axes + 1]. */
async function shorten(
  centred: Float32Array,
  own: Float32Array,
  dims: number,
  count: number,
  machine: SessionOptions,
): Promise<Float32Array> {
  const axes = await rowAxes(sampleRows(centred, dims), dims, count, createRandom(0, 'axes'), machine)
  const turn = await compile(
    'turn',
    {
      rows: { dtype: 'float32', shape: [Math.min(4096, own.length), dims] },
      axes: { dtype: 'float32', shape: [count, dims] },
    },
    ({ rows, axes }) => ({ turned: gemm(rows, axes, { transB: true }) }),
    machine,
  )
  try {
    const turned = (await turn.runRows({ rows: centred }, { axes })).turned.data
    const short = new Float32Array(own.length * (count + 1))
    for (let row = 0, from = 0, to = 0; row < own.length; row++) {
      let rest = own[row]!
      for (let i = 0; i < count; i++) {
        const along = turned[from++]!
        short[to++] = along
        rest -= along * along
      }
      short[to++] = Math.sqrt(Math.max(0, rest))
    }
    return short
  } finally {
    await turn.close()
  }
}

/** Evenly spread. */
function sampleRows(rows: Float32Array, dims: number): Float32Array {
  const count = rows.length / dims
  if (count <= sampled) return rows
  const taken = new Float32Array(sampled * dims)
  for (let i = 0; i < sampled; i++) {
    const from = Math.floor((i * count) / sampled) * dims
    taken.set(rows.subarray(from, from + dims), i * dims)
  }
  return taken
}
