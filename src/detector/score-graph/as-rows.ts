/** Cells of all images as rows of one matrix, for products that take matrices, and back. */
import {
  type AnyValue,
  dynamicExtent,
  int64s,
  isDynamic,
  reshape,
  reshapeTo,
  type Value,
} from '../../graph/index.ts'

/** @param x - float32 [images, cells, dims]. @returns [images * cells, dims]. */
export function asRows(x: Value): Value {
  const [images, cells, dims] = x.shape as [number, number, number]
  if (!isDynamic(images)) return reshape(x, [images * cells, dims])
  return reshapeTo(x, extents(x, [-1, dims]), [dynamicExtent(`N*${cells}`), dims])
}

/** @param rows - float32 [images * cells, 1]. @returns [images, cells]. */
export function cellsOf(rows: Value, images: number, cells: number): Value {
  if (!isDynamic(images)) return reshape(rows, [images, cells])
  return reshapeTo(rows, extents(rows, [-1, cells]), [images, cells])
}

const extents = ({ graph }: AnyValue, shape: readonly number[]) => graph.constantOf(int64s(shape))
