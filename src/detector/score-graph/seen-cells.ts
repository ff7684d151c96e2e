/**
 * The cells that show the picture, by number: what is costly is worked out for these alone, and the padding takes what a neighbour has,
 * since nothing asks it.
 */
import {
  add,
  cast,
  concatTo,
  countTo,
  type DType,
  div,
  dynamicExtent,
  floor,
  gather,
  int64s,
  isDynamic,
  maximum,
  minimum,
  mul,
  reshape,
  shapeOf,
  sliceAt,
  sub,
  type Value,
} from '../../graph/index.ts'
import type { Size } from '../../image/image.ts'
import { named } from '../../present.ts'
import { contentSpan, counted, type Span, type Wide } from './content-cells.ts'
import type { Grid } from './patch-rows.ts'
import { pictureAxes } from './picture-axes.ts'
import type { Named } from './score-graph.ts'

export interface SeenCells {
  /** Which cells show the picture, ascending: int64 [seen]. */
  readonly places: Value<'int64'>
  /** For every cell of the grid, where in `places` it or the nearest that shows the picture stands: int64 [cells]. */
  readonly back: Value<'int64'>
}

/** `cells.seen` and `cells.back`, which {@link seenCells} reads again: whole numbers, as layouts hold them. */
export function seenLayout(content: Value<'float64'>, { rows, cols }: Grid, size: Size): Named<Value> {
  const axes = pictureAxes(content, size)
  const [down, across] = [contentSpan(axes.rows, rows), contentSpan(axes.cols, cols)]
  const width = sub(across.end, across.first)
  const count = reshape(mul(sub(down.end, down.first), width), [])
  const place = cast(countTo(cast(count, 'int64'), dynamicExtent('seen')), 'float64')
  const line = floor(div(place, width))
  const seen = add(mul(add(line, down.first), cols), add(sub(place, mul(line, width)), across.first))
  const row = sub(inside(counted(content, rows, 0, 2), down), down.first)
  const col = sub(inside(counted(content, cols, 1, 2), across), across.first)
  return {
    'cells.seen': cast(seen, 'float32'),
    'cells.back': cast(reshape(add(mul(row, width), col), [rows * cols]), 'float32'),
  }
}

export const seenCells = (layout: Named<Value>): SeenCells => ({
  places: cast(named(layout, 'cells.seen'), 'int64'),
  back: cast(named(layout, 'cells.back'), 'int64'),
})

/** Where nothing is padding. @param x - [images, cells, …]. */
export function everyCell({ graph, shape }: Value): SeenCells {
  const all = graph.constantOf(int64s(Array.from({ length: shape[1]! }, (_, i) => i)))
  return { places: all, back: all }
}

/** Numbers held at a time for one image: 16 MB. */
const blockElements = 1 << 22

/**
 * Works something out for each cell that shows the picture, in blocks that keep memory bounded; the others take what `back` says.
 *
 * @param x - float32 [images, cells, dims]. @param numbers - That `work` holds of each cell.
 * @param work - From float32 [images, some, dims] to [images, some, …].
 * @returns [images, cells, …].
 */
export function forSeenCells<D extends DType>(
  x: Value,
  { places, back }: SeenCells,
  numbers: number,
  work: (part: Value) => Value<D>,
): Value<D> {
  const cells = x.shape[1]!
  const blocks = Math.min(cells, Math.ceil((cells * numbers) / blockElements))
  const seen = gather(x, atLeast(places, blocks), 1)
  const end = (i: number): Value<'int64'> => div(mul(shapeOf(seen, 1, 2), i), blocks)
  const part = (i: number): Value => sliceAt(seen, 1, end(i), end(i + 1), dynamicExtent(`seen part ${i}`))
  const worked =
    blocks === 1
      ? work(seen)
      : concatTo(
          Array.from({ length: blocks }, (_, i) => work(part(i))),
          1,
          seen.shape[1]!,
        )
  return gather(worked, back, 1)
}

/**
 * The last place again as often as it takes for every block to have one: in a narrow picture fewer cells may be seen than there are blocks,
 * and runtimes do not compute on nothing (TopK of ONNX Runtime then ends the process).
 */
function atLeast(places: Value<'int64'>, blocks: number): Value<'int64'> {
  const known = places.shape[0]!
  if (blocks === 1 || (!isDynamic(known) && known >= blocks)) return places
  const count = shapeOf(places, 0, 1)
  const all = countTo(reshape(maximum(count, blocks), []), dynamicExtent('seen in blocks'))
  return gather(places, minimum(all, sub(count, 1)))
}

const inside = (places: Wide, { first, end }: Span): Wide => maximum(minimum(places, sub(end, 1)), first)
