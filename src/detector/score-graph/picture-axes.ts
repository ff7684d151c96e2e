/** Where pictures lie in the model's input, axis by axis. */
import { slice } from '../../graph/index.ts'
import type { Size } from '../../image/image.ts'
import type { Extent, Wide } from './content-cells.ts'

/** @param content - float64 [4]: left, top, width, height. */
export function pictureAxes(
  content: Wide,
  { width, height }: Size,
): { readonly rows: Extent; readonly cols: Extent } {
  const part = (i: number): Wide => slice(content, { axis: 0, start: i, end: i + 1 })
  const [left, top, across, down] = [part(0), part(1), part(2), part(3)]
  return {
    rows: { start: top, length: down, total: height },
    cols: { start: left, length: across, total: width },
  }
}
