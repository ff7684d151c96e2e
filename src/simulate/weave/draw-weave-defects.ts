/** What goes wrong with cloth: a thread that broke on the loom, a stain, a tear. */
import type { Random } from '../../math/random.ts'
import type { DefectKind } from '../defect-kinds.ts'
import { drawExtents, type Extents } from '../draw-extents.ts'
import type { Vector } from '../render-spec.ts'
import type { WeavePart } from './weave-part.ts'

type Kind = DefectKind<'weave'>

/** Millimetres; the depth of a stain is its strength, 0..1. */
const extents: Readonly<Record<Kind, Extents>> = {
  'missing-thread': {
    subtle: [5, 8, 1, 1, 1, 1],
    clear: [9, 16, 1, 1, 1, 1],
    obvious: [20, 60, 1, 1, 1, 1],
  },
  stain: {
    subtle: [3, 4.5, 2.5, 4, 0.25, 0.32],
    clear: [4.5, 8, 4, 6, 0.32, 0.48],
    obvious: [8, 13, 6, 10, 0.45, 0.65],
  },
  tear: {
    subtle: [2.6, 3.6, 1.6, 2.2, 1, 1],
    clear: [4, 6.5, 2, 3, 1, 1],
    obvious: [7, 12, 3, 5, 1, 1],
  },
}

/** Half of the area in which a defect's middle lies, mm: in every picture of the cloth, below the rail. */
const area = { x: 12, low: -17, high: 12 } as const

export function drawWeaveDefects(part: WeavePart, kind: Kind, random: Random): WeavePart {
  const anchor: Vector = [
    area.x * (2 * random.uniform() - 1),
    area.low + (area.high - area.low) * random.uniform(),
    0,
  ]
  const isUpright = random.uniform() < 0.5
  const turn = 2 * Math.PI * random.uniform()
  const tangent: Vector =
    kind === 'missing-thread' ? (isUpright ? [0, 1, 0] : [1, 0, 0]) : [Math.cos(turn), Math.sin(turn), 0]
  const defect = { kind, ...drawExtents(extents[kind], random), anchor, normal: [0, 0, 1] as const, tangent }
  return { ...part, defects: [{ ...defect, seed: random.integer(2 ** 31) }] }
}
