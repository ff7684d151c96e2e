/** A turned steel ring with bevels and a groove, seen at a slant on the mandrel that turns it about its axis. */
import type { DefectKind } from '../defect-kinds.ts'
import type { ForgedObject } from '../forged-object.ts'
import { exposeSolid } from '../solid/expose-solid.ts'
import { createWall } from '../solid/wall.ts'
import { drawRingDefects } from './draw-ring-defects.ts'
import { createEnclosure } from './enclosure.ts'
import type { RingPart } from './ring-part.ts'
import { createRingSkin } from './ring-skin.ts'
import { ringSolid } from './ring-solid.ts'

export const ringObject: ForgedObject<RingPart> = {
  name: 'ring',
  station: (angle) => ({ spin: angle, yaw: 0, pitch: -34, flash: [-55, 85] }),
  drawPart(random, lot) {
    const setup = lot.fork('setup')
    const steel = lot.fork('steel')
    return {
      object: 'ring',
      seed: random.fork('surface').integer(2 ** 31),
      outerRadius: 37.5 + 0.3 * setup.normal() + 0.05 * random.normal(),
      boreRadius: 22.5 + 0.3 * setup.normal() + 0.05 * random.normal(),
      halfHeight: 9 + 0.2 * setup.normal() + 0.05 * random.normal(),
      bevel: 1.7 + 0.12 * setup.normal() + 0.06 * random.normal(),
      grooveRadius: 30 + 0.5 * setup.normal() + 0.05 * random.normal(),
      feed: Math.exp(0.2 * setup.normal() + 0.22 * random.normal()),
      tone: 0.5 * Math.exp(0.04 * steel.normal() + 0.04 * random.normal()),
      defects: [],
    }
  },
  drawDefects: (part, kind, views, random) =>
    drawRingDefects(part, kind as DefectKind<'ring'>, views, random),
  expose: (spec) =>
    exposeSolid(ringSolid(spec.part), (footprint) => createRingSkin(spec.part, footprint), spec),
  backdrop: (scene) => createWall(createEnclosure(), scene),
}
