/** How much of what speaks for a defect lies in the background. */
import type { Mask } from '../../../image/image.ts'
import type { JudgedImage } from '../fitted-run.ts'

/**
 * Mean of the maps of images that lie alike, cell by cell; NaN where no image has a picture.
 *
 * @param images - All with maps of one size.
 */
export function meanMap(images: readonly JudgedImage[]): Float64Array {
  const cells = images[0]?.map.data.length ?? 0
  const sums = new Float64Array(cells)
  const counts = new Uint32Array(cells)
  for (const { map } of images) {
    for (let i = 0; i < cells; i++) {
      if (Number.isNaN(map.data[i]!)) continue
      sums[i]! += map.data[i]!
      counts[i]!++
    }
  }
  return sums.map((sum, i) => sum / counts[i]!)
}

/**
 * Share of the map's excess over the mean nominal map that lies outside the object.
 *
 * @param usual - {@link meanMap} of nominal images. @param kept - The object, grown, in pixels of the model input.
 * @returns 0..1; null where nothing exceeds the mean.
 */
export function massOutside({ map, step }: JudgedImage, usual: Float64Array, kept: Mask): number | null {
  let [all, outside] = [0, 0]
  for (let row = 0; row < map.height; row++) {
    for (let col = 0; col < map.width; col++) {
      const cell = row * map.width + col
      const excess = map.data[cell]! - usual[cell]!
      if (!(excess > 0)) continue
      all += excess
      outside += excess * (1 - insideShare(kept, row, col, step))
    }
  }
  return all === 0 ? null : outside / all
}

/** Share of a cell's pixels that are inside a mask. */
export function insideShare({ width, height, data }: Mask, row: number, col: number, step: number): number {
  let [inside, pixels] = [0, 0]
  for (let y = row * step; y < Math.min(height, (row + 1) * step); y++) {
    for (let x = col * step; x < Math.min(width, (col + 1) * step); x++) {
      inside += data[y * width + x]!
      pixels++
    }
  }
  return pixels === 0 ? 0 : inside / pixels
}
