/** What goes wrong with a plate: scratched, a corner bent, a hole not punched. */
import type { Random } from '../../math/random.ts'
import type { DefectKind } from '../defect-kinds.ts'
import { drawExtents, type Extents } from '../draw-extents.ts'
import type { DefectSpec, Severity, Vector, ViewSpec } from '../render-spec.ts'
import { drawCompanions, placeDefect } from '../solid/place-defect.ts'
import type { PlatePart } from './plate-part.ts'
import { punches } from './plate-shape.ts'
import { plateSolid } from './plate-solid.ts'

type Kind = DefectKind<'plate'>

const extents: Readonly<Record<Kind, Extents>> = {
  scratch: {
    subtle: [14, 20, 1.1, 1.3, 0.4, 0.5],
    clear: [18, 28, 1.2, 1.6, 0.45, 0.65],
    obvious: [28, 42, 1.4, 2.2, 0.65, 0.9],
  },
  bend: {
    subtle: [15, 18, 15, 18, 2, 2.6],
    clear: [17, 22, 17, 22, 3, 4.2],
    obvious: [21, 27, 21, 27, 5, 7.5],
  },
  // The punch decides.
  'missing-hole': {
    subtle: [4.8, 4.8, 4.8, 4.8, 3, 3],
    clear: [6.8, 6.8, 6.8, 6.8, 3, 3],
    obvious: [22.8, 22.8, 6.8, 6.8, 3, 3],
  },
}

const punchOf = { subtle: 'small', clear: 'corner', obvious: 'slot' } as const satisfies Record<
  Severity,
  string
>

export function drawPlateDefects(
  part: PlatePart,
  kind: Kind,
  views: readonly ViewSpec[],
  random: Random,
): PlatePart {
  const size = drawExtents(extents[kind], random)
  const seed = random.integer(2 ** 31)
  if (kind === 'scratch') {
    const accept = (_anchor: Vector, _normal: Vector, facing: number): boolean => facing > 0.45
    const place = placeDefect(plateSolid(part), views, accept, random)
    const first: DefectSpec = { kind, ...place, ...size, seed }
    return { ...part, defects: [first, ...drawCompanions(first, random)] }
  }
  const front: Vector = [0, 0, 1]
  if (kind === 'missing-hole') {
    const holes = punches[punchOf[size.severity]]
    const { x, y } = holes[random.integer(holes.length)]!
    const anchor: Vector = [x + part.offset[0], y + part.offset[1], 0]
    return { ...part, defects: [{ kind, ...size, anchor, normal: front, tangent: [1, 0, 0], seed }] }
  }
  // A lower corner: the upper ones hang on the hooks.
  const side = random.uniform() < 0.5 ? -1 : 1
  const anchor: Vector = [side * (part.halfWidth - 2.4), -(part.halfHeight - 2.4), 0]
  const normal: Vector = random.uniform() < 0.5 ? front : [0, 0, -1]
  return { ...part, defects: [{ kind, ...size, anchor, normal, tangent: [1, 0, 0], seed }] }
}
