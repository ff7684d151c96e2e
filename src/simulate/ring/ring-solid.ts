/** A ring with what happened to it, on its mandrel. */
import { heightOver, type Solid } from '../solid/solid.ts'
import { damaged, dent } from '../solid/surface-damage.ts'
import type { RingPart } from './ring-part.ts'
import { createMandrelField, createRingField, mandrelBox, ringBox } from './ring-shape.ts'

export function ringSolid(part: RingPart): Solid {
  const nominal = createRingField(part)
  const field = damaged(nominal, part.defects, { nick: dent })
  return {
    field,
    height: heightOver(nominal, field),
    box: ringBox,
    fixture: createMandrelField(part),
    fixtureBox: mandrelBox,
    centreY: 0,
    tone: part.tone,
    rough: 0.24,
    bruise: 1,
  }
}
