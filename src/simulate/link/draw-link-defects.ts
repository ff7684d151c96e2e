/** What happened to a link in handling: struck, scratched or bent. */
import type { Random } from '../../math/random.ts'
import type { DefectKind } from '../defect-kinds.ts'
import { drawExtents, type Extents } from '../draw-extents.ts'
import type { DefectSpec, ViewSpec } from '../render-spec.ts'
import { type Accept, drawCompanions, placeDefect } from '../solid/place-defect.ts'
import type { LinkPart } from './link-part.ts'
import { linkSolid } from './link-solid.ts'

type Kind = DefectKind<'link'>

const extents: Readonly<Record<Kind, Extents>> = {
  dent: {
    subtle: [7, 10, 6, 9, 1.0, 1.4],
    clear: [10, 14, 9, 12, 1.6, 2.4],
    obvious: [14, 20, 11, 16, 2.6, 3.8],
  },
  scratch: {
    subtle: [14, 20, 1.1, 1.4, 0.42, 0.52],
    clear: [17, 26, 1.3, 1.8, 0.5, 0.7],
    obvious: [26, 38, 1.8, 2.6, 0.7, 1.0],
  },
  deformation: {
    subtle: [24, 30, 12, 16, 2.2, 3],
    clear: [26, 34, 12, 16, 3.2, 4.4],
    obvious: [32, 40, 12, 16, 4.8, 6.5],
  },
}

/** Dents and scratches want to be seen from not too flat an angle; an arm bends in the link's plane, below the eyes. */
const places: Readonly<Record<Kind, Accept>> = {
  dent: (_anchor, _normal, facing) => facing > 0.45,
  scratch: (_anchor, _normal, facing) => facing > 0.45,
  deformation: (anchor, normal, facing) =>
    facing > 0.3 &&
    Math.abs(normal[2]) < 0.6 &&
    anchor[1] < 16 &&
    anchor[0] * normal[0] + anchor[1] * normal[1] > 0,
}

/** One defect of the kind, or for scratches one to three side by side. */
export function drawLinkDefects(
  part: LinkPart,
  kind: Kind,
  views: readonly ViewSpec[],
  random: Random,
): LinkPart {
  const first: DefectSpec = {
    kind,
    ...placeDefect(linkSolid(part), views, places[kind], random),
    ...drawExtents(extents[kind], random),
    seed: random.integer(2 ** 31),
  }
  const more = kind === 'scratch' ? drawCompanions(first, random) : []
  return { ...part, defects: [first, ...more] }
}
