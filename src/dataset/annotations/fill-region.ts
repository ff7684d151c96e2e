/** One region drawn into a mask, in place: a pixel is inside where its centre is. What reaches beyond the picture is left out. */

import type { Mask, Rect } from '../../image/image.ts'
import { rasterise } from '../rasterise.ts'

/** Coordinates in pixels, x to the right and y down; the first pixel spans 0 to 1. */
export type Region =
  | { readonly kind: 'polygon'; readonly points: readonly (readonly [x: number, y: number])[] }
  | {
      readonly kind: 'ellipse'
      readonly centre: readonly [x: number, y: number]
      readonly radii: readonly [x: number, y: number]
      /** Degrees, clockwise. */
      readonly rotation: number
    }
  /** Lengths of runs within the box, outside first, in turn. */
  | {
      readonly kind: 'runs'
      readonly box: Rect
      readonly order: 'rows' | 'columns'
      readonly counts: readonly number[]
    }

/** Cost: the pixels of the mask for a polygon, of the region's box for the others. */
export function fillRegion(mask: Mask, region: Region): void {
  if (region.kind === 'polygon') {
    const drawn = rasterise([{ label: '', type: 'polygon', points: region.points }], mask)
    for (let i = 0; i < drawn.data.length; i++) mask.data[i]! |= drawn.data[i]!
  } else if (region.kind === 'ellipse') fillEllipse(mask, region)
  else fillRuns(mask, region)
}

function fillEllipse(
  { width, height, data }: Mask,
  { centre: [cx, cy], radii: [rx, ry], rotation }: Extract<Region, { kind: 'ellipse' }>,
): void {
  const cos = Math.cos((rotation * Math.PI) / 180)
  const sin = Math.sin((rotation * Math.PI) / 180)
  const reach = Math.max(rx, ry)
  for (let y = Math.max(0, Math.floor(cy - reach)); y < Math.min(height, cy + reach); y++) {
    for (let x = Math.max(0, Math.floor(cx - reach)); x < Math.min(width, cx + reach); x++) {
      const dx = x + 0.5 - cx
      const dy = y + 0.5 - cy
      const along = (cos * dx + sin * dy) / rx
      const across = (cos * dy - sin * dx) / ry
      if (along * along + across * across <= 1) data[y * width + x] = 1
    }
  }
}

function fillRuns(
  { width, height, data }: Mask,
  { box, order, counts }: Extract<Region, { kind: 'runs' }>,
): void {
  const total = box.width * box.height
  let at = 0
  for (const [k, count] of counts.entries()) {
    const end = Math.min(total, at + count)
    if (k % 2 === 1) {
      for (let i = at; i < end; i++) {
        const x = box.x + (order === 'rows' ? i % box.width : Math.floor(i / box.height))
        const y = box.y + (order === 'rows' ? Math.floor(i / box.width) : i % box.height)
        if (x >= 0 && y >= 0 && x < width && y < height) data[y * width + x] = 1
      }
    }
    at = end
  }
}
