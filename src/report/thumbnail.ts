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

/** Area average: every source pixel counts by the share of it that a target pixel covers. Shrinks only. Cost: one pass. */
export function shrinkImage(image: Image, size: Size): Image {
  const { width, height, data } = image
  const columns = coverage(width, size.width)
  const rows = coverage(height, size.height)
  const length = 3 * size.width
  const sums = new Float64Array(length * (size.height + 1)) // one line more, for what the last row does not share
  const line = new Float64Array(length + 3)
  for (let y = 0; y < height; y++) {
    shrinkLine(data, 3 * y * width, columns, line)
    const at = length * rows.first[y]!
    const share = rows.share[y]!
    for (let i = 0; i < length; i++) sums[at + i]! += share * line[i]!
    if (share < 1) for (let i = 0; i < length; i++) sums[at + length + i]! += (1 - share) * line[i]!
  }
  const area = (width / size.width) * (height / size.height)
  const shrunk = new Uint8Array(length * size.height)
  for (let i = 0; i < shrunk.length; i++) shrunk[i] = Math.round(sums[i]! / area)
  return { ...size, data: shrunk }
}

/** Sums over what every target pixel covers of the line of pixels from `start` on, [target width, 3]. */
function shrinkLine(data: Uint8Array, start: number, { first, share }: Coverage, line: Float64Array): void {
  line.fill(0)
  for (let x = 0, from = start; x < first.length; x++, from += 3) {
    const to = 3 * first[x]!
    const here = share[x]!
    const red = data[from]!
    const green = data[from + 1]!
    const blue = data[from + 2]!
    line[to]! += here * red
    line[to + 1]! += here * green
    line[to + 2]! += here * blue
    if (here === 1) continue
    line[to + 3]! += (1 - here) * red
    line[to + 4]! += (1 - here) * green
    line[to + 5]! += (1 - here) * blue
  }
}

/** What covers each source pixel when a line is shrunk: one target pixel, or two neighbours. */
interface Coverage {
  readonly first: Int32Array
  /** Share of the pixel that the first covers, 0..1; the next one has the rest. */
  readonly share: Float64Array
}

function coverage(from: number, to: number): Coverage {
  const scale = from / to
  const first = Int32Array.from({ length: from }, (_, i) => Math.min(to - 1, Math.floor(i / scale + 1e-9)))
  const share = Float64Array.from(first, (target, i) => {
    const end = target + 1 === to ? from : (target + 1) * scale
    return i + 1 - end < 1e-9 ? 1 : end - i
  })
  return { first, share }
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
  for (let y = 0, i = 0; y < mask.height; y++) {
    const top = rows.first[y]!
    const bottom = rows.share[y]! < 1 ? top + 1 : top
    for (let x = 0; x < mask.width; x++, i++) {
      if (mask.data[i] !== 1) continue
      const left = columns.first[x]!
      const right = columns.share[x]! < 1 ? left + 1 : left
      for (const row of [top, bottom]) for (const col of [left, right]) data[row * size.width + col] = 1
    }
  }
  return { ...size, data }
}
