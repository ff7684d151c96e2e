/** A plate with what happened to it, on its hooks. */
import { heightOver, type Solid } from '../solid/solid.ts'
import { damaged } from '../solid/surface-damage.ts'
import { bendCorner, bendHeight } from './bend-corner.ts'
import type { PlatePart } from './plate-part.ts'
import { createHooksField, createPlateField, hooksBox, missHole, plateBox } from './plate-shape.ts'

export function plateSolid(part: PlatePart): Solid {
  const nominal = createPlateField(part)
  const field = damaged(nominal, part.defects, { bend: bendCorner, 'missing-hole': missHole })
  const bend = part.defects.find(({ kind }) => kind === 'bend')
  return {
    field,
    // By distances, a sheet that is bent by its own thickness would seem to be where it should: it is where its back was.
    height: bend === undefined ? heightOver(nominal, field) : bendHeight(bend),
    box: plateBox,
    fixture: createHooksField(),
    fixtureBox: hooksBox,
    centreY: 4,
    tone: part.tone,
    rough: 0.34,
    bruise: 0.25,
  }
}
