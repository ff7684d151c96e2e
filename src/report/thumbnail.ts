/** The layers of a gallery picture at one small size: photograph, map and mask, each shrunk by the rule that suits it. */
import type { Image, Mask, ScoreMap, Size } from '../image/image.ts'

/** The largest size within `side` x `side` of the same shape; never larger than the source. */
export function thumbnailSize(source: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(source.width, source.height))
  return {
    width: Math.max(1, Math.round(source.width * scale)),
    height: Math.max(1, Math.round(source.height * scale)),
  }
}

/** Area average: every source pixel counts by the share of it that a target pixel covers. Shrinks only. */
export function shrinkImage(image: Image, size: Size): Image {
  const columns = coverage(image.width, size.width)
  const rows = coverage(image.height, size.height)
  const data = new Uint8Array(size.width * size.height * 3)
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const sums = [0, 0, 0]
      let total = 0
      for (const [sy, wy] of rows[y]!) {
        for (const [sx, wx] of columns[x]!) {
          const from = (sy * image.width + sx) * 3
          const weight = wx * wy
          for (let c = 0; c < 3; c++) sums[c]! += weight * image.data[from + c]!
          total += weight
        }
      }
      for (let c = 0; c < 3; c++) data[(y * size.width + x) * 3 + c] = Math.round(sums[c]! / total)
    }
  }
  return { ...size, data }
}

/** For each target pixel, the source pixels it covers and how much of each. */
function coverage(from: number, to: number): [number, number][][] {
  const scale = from / to
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [i * scale, (i + 1) * scale]
    const covered: [number, number][] = []
    for (let s = Math.floor(start); s < Math.min(from, Math.ceil(end - 1e-9)); s++) {
      covered.push([s, Math.min(end, s + 1) - Math.max(start, s)])
    }
    return covered
  })
}

/** Bilinear at pixel centres, edges clamped. */
export function resampleMap(map: ScoreMap, size: Size): ScoreMap {
  const data = new Float32Array(size.width * size.height)
  for (let y = 0; y < size.height; y++) {
    const [y0, y1, fy] = neighbours(y, size.height, map.height)
    for (let x = 0; x < size.width; x++) {
      const [x0, x1, fx] = neighbours(x, size.width, map.width)
      const at = (column: number, row: number): number => map.data[row * map.width + column]!
      const above = at(x0, y0) * (1 - fx) + at(x1, y0) * fx
      const below = at(x0, y1) * (1 - fx) + at(x1, y1) * fx
      data[y * size.width + x] = above * (1 - fy) + below * fy
    }
  }
  return { ...size, data }
}

function neighbours(i: number, to: number, from: number): [number, number, number] {
  const centre = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5))
  const low = Math.floor(centre)
  return [low, Math.min(from - 1, low + 1), centre - low]
}

/** A target pixel is inside when any source pixel it covers is: small defects must not vanish from the picture. */
export function shrinkMask(mask: Mask, size: Size): Mask {
  const columns = coverage(mask.width, size.width)
  const rows = coverage(mask.height, size.height)
  const data = new Uint8Array(size.width * size.height)
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const hit = rows[y]!.some(([sy]) => columns[x]!.some(([sx]) => mask.data[sy * mask.width + sx] === 1))
      data[y * size.width + x] = hit ? 1 : 0
    }
  }
  return { ...size, data }
}
