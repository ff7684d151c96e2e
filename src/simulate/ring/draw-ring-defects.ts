/** What goes wrong with a ring: knocked on an edge, scratched, or turned with a tool that swings. */
import type { Random } from '../../math/random.ts'
import type { DefectKind } from '../defect-kinds.ts'
import { drawExtents, type Extents } from '../draw-extents.ts'
import type { DefectSpec, ViewSpec } from '../render-spec.ts'
import { type Accept, drawCompanions, placeDefect } from '../solid/place-defect.ts'
import type { RingPart } from './ring-part.ts'
import { ringSolid } from './ring-solid.ts'

type Kind = DefectKind<'ring'>

const extents: Readonly<Record<Kind, Extents>> = {
  nick: {
    subtle: [5, 7, 4, 5.5, 0.8, 1.1],
    clear: [7, 10, 5.5, 7.5, 1.2, 1.8],
    obvious: [10, 15, 7, 10, 2, 2.8],
  },
  scratch: {
    subtle: [9, 13, 1.0, 1.2, 0.4, 0.5],
    clear: [12, 19, 1.1, 1.5, 0.45, 0.65],
    obvious: [19, 30, 1.3, 2.0, 0.65, 0.9],
  },
  chatter: {
    subtle: [14, 20, 6, 8, 0.22, 0.26],
    clear: [20, 30, 7, 9, 0.28, 0.36],
    obvious: [30, 48, 8, 10, 0.4, 0.55],
  },
}

export function drawRingDefects(
  part: RingPart,
  kind: Kind,
  views: readonly ViewSpec[],
  random: Random,
): RingPart {
  const { boreRadius, outerRadius, halfHeight } = part
  const places: Readonly<Record<Kind, Accept>> = {
    // On the bevels.
    nick([x, y, z], _normal, facing) {
      const r = Math.hypot(x, y)
      const isRim = Math.min(Math.abs(r - boreRadius), Math.abs(r - outerRadius)) < 2.2
      return facing > 0.35 && isRim && Math.abs(z) > halfHeight - 2.2
    },
    scratch: (_anchor, _normal, facing) => facing > 0.4,
    // On the flats, away from their edges.
    chatter([x, y, z], normal, facing) {
      const r = Math.hypot(x, y)
      if (facing < 0.4) return false
      return Math.abs(normal[2]) > 0.9
        ? r > boreRadius + 3 && r < outerRadius - 3
        : r > outerRadius - 0.5 && Math.abs(z) < halfHeight - 3
    },
  }
  const place = placeDefect(ringSolid(part), views, places[kind], random)
  const first: DefectSpec = {
    kind,
    ...place,
    tangent: kind === 'chatter' ? turnAt(place.anchor[0], place.anchor[1]) : place.tangent,
    ...drawExtents(extents[kind], random),
    seed: random.integer(2 ** 31),
  }
  const more = kind === 'scratch' ? drawCompanions(first, random) : []
  return { ...part, defects: [first, ...more] }
}

/** Along the turn. */
function turnAt(x: number, y: number): [number, number, number] {
  const r = Math.hypot(x, y)
  return [-y / r, x / r, 0]
}
