/** What of a map stands out: connected areas at or above a level, in pixels of the photograph as it stands upright. */
import { cutContentMap } from '../image/content.ts'
import { sourceBox } from '../image/frame.ts'
import type { Frame, ScoreMap } from '../image/image.ts'
import { connectedComponents } from '../math/connected-components.ts'
import { upperQuantile } from '../math/order-statistics.ts'
import { type Placement, toSource } from '../prepare/placement.ts'
import type { ModelCard } from '../wire/model.ts'
import type { Region } from '../wire/prediction.ts'

export interface RegionOptions {
  /** Raw value of the map from which a pixel belongs to a region; default the model's. */
  readonly level?: number
  /** Regions of fewer pixels of the photograph are left out; default 0. */
  readonly minArea?: number
  /** Side of a pixel of the photograph on the part; regions then have their area in mm² too. */
  readonly mmPerPixel?: number
}

/**
 * Pixels of the map that touch, also at corners, are one region. The map is coarser than most photographs: a box is the smallest of
 * whole pixels that holds the region's share of the photograph, an area is the number of map pixels times what one of them shows.
 *
 * @param level - Not NaN. @returns The highest peak first.
 * Cost: one pass over the map and a labelling of it.
 */
export function findRegions(
  map: ScoreMap,
  frame: Frame,
  level: number,
  { minArea = 0, mmPerPixel }: Omit<RegionOptions, 'level'> = {},
): readonly Region[] {
  const { width, height, data } = cutContentMap(map, frame)
  const above = new Uint8Array(data.length)
  let isAnyAbove = false
  for (let i = 0; i < data.length; i++) {
    if (data[i]! >= level) {
      above[i] = 1
      isAnyAbove = true
    }
  }
  if (!isAnyAbove) return []
  const { labels, areas, count } = connectedComponents(above, width, height)
  const found = Array.from({ length: count }, () => ({
    ...{ left: width, right: 0, top: height, bottom: 0 },
    ...{ peak: -Infinity, sum: 0 },
  }))
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const label = labels[i]!
      if (label === 0) continue
      const region = found[label - 1]!
      region.left = Math.min(region.left, x)
      region.right = Math.max(region.right, x + 1)
      region.top = Math.min(region.top, y)
      region.bottom = y + 1
      region.peak = Math.max(region.peak, data[i]!)
      region.sum += data[i]!
    }
  }
  const box = sourceBox(frame)
  const [across, down] = [box.width / width, box.height / height]
  return found
    .flatMap(({ left, right, top, bottom, peak, sum }, i): Region[] => {
      const area = Math.max(1, Math.round(areas[i]! * across * down))
      if (area < minArea) return []
      const x = within(Math.floor(box.x + left * across + rounding), frame.source.width)
      const y = within(Math.floor(box.y + top * down + rounding), frame.source.height)
      const end = within(Math.ceil(box.x + right * across - rounding), frame.source.width)
      const below = within(Math.ceil(box.y + bottom * down - rounding), frame.source.height)
      return [
        {
          box: [x, y, end - x, below - y],
          area,
          ...(mmPerPixel !== undefined && { areaMm2: area * mmPerPixel ** 2 }),
          peak,
          mean: sum / areas[i]!,
        },
      ]
    })
    .sort((a, b) => b.peak - a.peak || a.box[1] - b.box[1] || a.box[0] - b.box[0])
}

/**
 * Regions of a prepared picture, in pixels of the photograph that it was made of: preparation moves and turns, and scales nothing. A
 * box is the smallest upright one around the region's; what lies in the padding alone is left out.
 */
export function inPhotograph(regions: readonly Region[], placement: Placement): readonly Region[] {
  const { width, height } = placement.source
  return regions.flatMap((region): Region[] => {
    const [left, top, across, down] = region.box
    const corners = [0, 1, 2, 3].map((corner) =>
      toSource(placement, { x: left + (corner & 1 ? across : 0), y: top + (corner & 2 ? down : 0) }),
    )
    const end = (values: readonly number[], pick: 'min' | 'max', limit: number): number =>
      within(
        pick === 'min'
          ? Math.floor(Math.min(...values) + rounding)
          : Math.ceil(Math.max(...values) - rounding),
        limit,
      )
    const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)]
    const [x, y] = [end(xs, 'min', width), end(ys, 'min', height)]
    const [right, below] = [end(xs, 'max', width), end(ys, 'max', height)]
    return right > x && below > y ? [{ ...region, box: [x, y, right - x, below - y] }] : []
  })
}

const within = (value: number, limit: number): number => Math.min(limit, Math.max(0, value))

/** Products of whole numbers and ratios fall short of whole numbers, or exceed them, by less than this. */
const rounding = 1e-6

/** The largest value of a map over the picture, without the padding. */
export function peakOf(map: ScoreMap, frame: Frame): number {
  let peak = -Infinity
  for (const value of cutContentMap(map, frame).data) if (value > peak) peak = value
  return peak
}

/** @param peaks - Of maps of nominal images that the model had not learnt. @returns Null where there are none. */
export const regionLevel = (peaks: readonly number[]): ModelCard['regions'] =>
  peaks.length === 0 ? null : { level: upperQuantile(peaks, 0.999), images: peaks.length }
