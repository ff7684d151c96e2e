/** A technical cloth in plain weave under a guide rail: no silhouette. The lamp, not the cloth, goes round with the station's angle. */

import { cameraDistance, fieldHeight } from '../camera.ts'
import type { DefectKind } from '../defect-kinds.ts'
import type { ForgedObject } from '../forged-object.ts'
import type { Vector } from '../render-spec.ts'
import { drawWeaveDefects } from './draw-weave-defects.ts'
import { exposeWeave } from './expose-weave.ts'
import { createRail } from './rail.ts'
import type { WeavePart } from './weave-part.ts'

/** Where the lamp is at angle 0: direction of its light from above left, degrees. */
const lampAt = 125

export const weaveObject: ForgedObject<WeavePart> = {
  name: 'weave',
  station(angle) {
    const at = ((lampAt - angle) * Math.PI) / 180
    return { spin: 0, yaw: 0, pitch: 0, flash: [85 * Math.cos(at), 85 * Math.sin(at)] }
  },
  drawPart(random, lot) {
    const loom = lot.fork('loom')
    const yarn = lot.fork('yarn')
    const batch = Math.exp(0.05 * yarn.normal() + 0.03 * random.normal())
    const warmth = 1 + 0.03 * yarn.normal() + 0.01 * random.normal()
    const dye = (tone: number): Vector => [
      tone * batch * warmth,
      0.95 * tone * batch,
      (0.82 * tone * batch) / warmth,
    ]
    return {
      object: 'weave',
      seed: random.fork('surface').integer(2 ** 31),
      warpPitch: 1.05 * (1 + 0.015 * loom.normal() + 0.006 * random.normal()),
      weftPitch: 1.1 * (1 + 0.015 * loom.normal() + 0.006 * random.normal()),
      warpTone: dye(0.52),
      weftTone: dye(0.46),
      slub: Math.exp(0.2 * yarn.normal() + 0.2 * random.normal()),
      defects: [],
    }
  },
  drawDefects: (part, kind, _views, random) => drawWeaveDefects(part, kind as DefectKind<'weave'>, random),
  expose: exposeWeave,
  backdrop: () => createRail(cameraDistance, fieldHeight),
}
