/** From a raw mask to the object: crumbs dropped, pinholes filled, and a word on how many objects there are. */
import type { Mask } from '../image/image.ts'
import { connectedComponents } from '../math/connected-components.ts'
import { fillHolesInPlace } from '../math/fill-holes.ts'

export interface KeptObject {
  /** Null where nothing is left. */
  readonly mask: Mask | null
  /** Pieces that are large enough to be the object. */
  readonly objects: number
}

export interface KeepOptions {
  /** Pieces below this share of the largest are crumbs. */
  readonly leastPiece: number
  /** Holes below this share of the object are filled. */
  readonly leastHole: number
  /** Objects below this share of the photograph are none. */
  readonly leastObject: number
}

export const keepDefaults: KeepOptions = { leastPiece: 0.2, leastHole: 0.002, leastObject: 0.0005 }

/** Cost: two labellings of the mask. */
export function keepObject({ width, height, data }: Mask, options: KeepOptions = keepDefaults): KeptObject {
  const { labels, areas } = connectedComponents(data, width, height, 8)
  const largest = areas.reduce((most, area) => Math.max(most, area), 0)
  if (largest < Math.max(1, options.leastObject * width * height)) return { mask: null, objects: 0 }
  const isKept = Uint8Array.from([0, ...areas], (area) => (area >= options.leastPiece * largest ? 1 : 0))
  isKept[0] = 0
  const kept = new Uint8Array(labels.length)
  for (let i = 0; i < kept.length; i++) kept[i] = isKept[labels[i]!]!
  fillHolesInPlace(kept, width, height, options.leastHole * largest)
  return { mask: { width, height, data: kept }, objects: isKept.reduce((sum, bit) => sum + bit, 0) }
}
