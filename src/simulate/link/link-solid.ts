/** A link with what happened to it, in its clamp. */
import { heightOver, type Solid } from '../solid/solid.ts'
import { damaged, deform, dent } from '../solid/surface-damage.ts'
import type { LinkPart } from './link-part.ts'
import { clampBox, createClampField, createLinkField, linkBox } from './link-shape.ts'

export function linkSolid(part: LinkPart): Solid {
  const nominal = createLinkField(part)
  const field = damaged(nominal, part.defects, { dent, deformation: deform })
  return {
    field,
    height: heightOver(nominal, field),
    box: linkBox,
    fixture: createClampField(part),
    fixtureBox: clampBox,
    centreY: 9.5,
    tone: part.tone,
    rough: 0.33,
    bruise: 1,
  }
}
