/** Scores and maps of a picture's tiles, joined by the maximum to one. */
import type { Frame, ScoreMap } from '../../image/image.ts'
import type { ImageRef, Scored } from '../detector.ts'
import { joinedFrame, type TilePlan } from './view.ts'

export interface ScoredTile {
  readonly crop: NonNullable<ImageRef['crop']>
  readonly scored: Scored
}

/** @param tiles - At least one, all of one picture. */
export function joinTiles(tiles: readonly ScoredTile[], plan: TilePlan): Scored {
  const { crop, scored } = tiles[0]!
  const isWhole = crop.width === crop.of.width && crop.height === crop.of.height
  if (isWhole && plan.keepsWhole) return scored
  const frame = joinedFrame(crop.of, plan)
  return {
    score: tiles.reduce((most, tile) => Math.max(most, tile.scored.score), -Infinity),
    map: () => joinMaps(tiles, frame),
    frame,
  }
}

/**
 * A pixel of the joined map has the largest value of all tiles' pixels that show something of the same place; 0 outside the picture, and
 * where no tile was cut.
 *
 * Cost: the pixels of the tiles' maps, and those of the joined one.
 */
export function joinMaps(tiles: readonly ScoredTile[], frame: Frame): ScoreMap {
  const { width, height } = frame.size
  const data = new Float32Array(width * height).fill(-Infinity)
  for (const { crop, scored } of tiles) {
    const map = scored.map()
    const within = scored.frame.content
    const columns = spans(
      frame.content.x,
      frame.content.width,
      crop.of.width,
      crop.x,
      crop.width,
      within.width,
    )
    const rows = spans(
      frame.content.y,
      frame.content.height,
      crop.of.height,
      crop.y,
      crop.height,
      within.height,
    )
    for (const [y, top, bottom] of rows) {
      for (let row = top; row < bottom; row++) {
        const line = (within.y + row) * map.width + within.x
        for (const [x, left, right] of columns) {
          const to = y * width + x
          for (let at = line + left; at < line + right; at++)
            if (map.data[at]! > data[to]!) data[to] = map.data[at]!
        }
      }
    }
  }
  for (let i = 0; i < data.length; i++) if (data[i] === -Infinity) data[i] = 0
  return { width, height, data }
}

/** A pixel of the joined map, and the pixels of the tile's map that overlap it: from, up to. */
type Span = readonly [to: number, from: number, end: number]

/**
 * Along one axis.
 *
 * @param start - Where the picture begins in the joined map, and how long it is there and in itself.
 * @param from - Where the tile begins in the picture, how long it is there and in its own map.
 */
function spans(
  start: number,
  joined: number,
  picture: number,
  from: number,
  length: number,
  pixels: number,
): readonly Span[] {
  const found: Span[] = []
  const first = Math.floor((from * joined) / picture)
  const last = Math.min(joined, Math.ceil(((from + length) * joined) / picture))
  for (let i = first; i < last; i++) {
    const [low, high] = [(i * picture) / joined, ((i + 1) * picture) / joined]
    const left = Math.max(0, Math.floor(((low - from) * pixels) / length + rounding))
    const right = Math.min(pixels, Math.ceil(((high - from) * pixels) / length - rounding))
    if (right > left) found.push([start + i, left, right])
  }
  return found
}

/** Ratios that should be whole may miss it by less. */
const rounding = 1e-9
