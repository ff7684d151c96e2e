/** A stamped and galvanised plate with holes, a bead and a pressed number, hung on hooks and turned about the upright axis. */
import type { Random } from '../../math/random.ts'
import type { DefectKind } from '../defect-kinds.ts'
import type { ForgedObject } from '../forged-object.ts'
import { exposeSolid } from '../solid/expose-solid.ts'
import { createWall } from '../solid/wall.ts'
import { drawPlateDefects } from './draw-plate-defects.ts'
import { createMat } from './mat.ts'
import type { PlatePart } from './plate-part.ts'
import { createPlateSkin } from './plate-skin.ts'
import { plateSolid } from './plate-solid.ts'

export const plateObject: ForgedObject<PlatePart> = {
  name: 'plate',
  station: (angle) => ({ spin: 0, yaw: angle, pitch: -4, flash: [-60, 90] }),
  drawPart(random, lot) {
    const tool = lot.fork('tool')
    const zinc = lot.fork('zinc')
    return {
      object: 'plate',
      seed: random.fork('surface').integer(2 ** 31),
      text: drawNumber(lot.fork('text')),
      halfWidth: 31.5 + 0.1 * tool.normal() + 0.05 * random.normal(),
      halfHeight: 46.5 + 0.1 * tool.normal() + 0.05 * random.normal(),
      holeRadius: 12 + 0.15 * tool.normal() + 0.05 * random.normal(),
      offset: [0.2 * random.normal(), 0.2 * random.normal()],
      bead: 1 + 0.08 * tool.normal() + 0.04 * random.normal(),
      tone: 0.34 * Math.exp(0.05 * zinc.normal() + 0.04 * random.normal()),
      defects: [],
    }
  },
  drawDefects: (part, kind, views, random) =>
    drawPlateDefects(part, kind as DefectKind<'plate'>, views, random),
  expose: (spec) =>
    exposeSolid(plateSolid(spec.part), (footprint) => createPlateSkin(spec.part, footprint), spec),
  backdrop: (scene) => createWall(createMat(), scene),
}

function drawNumber(random: Random): string {
  return `${10 + random.integer(90)}-${100 + random.integer(900)}`
}
