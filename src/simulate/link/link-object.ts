/**
 * A forged coupling link held by a clamp, turned about the clamp's upright axis. After the G-links of Hönel and Nordqvist,
 * "From Lab to Factory", section 2.3.
 */
import type { Random } from '../../math/random.ts'
import type { DefectKind } from '../defect-kinds.ts'
import type { ForgedObject } from '../forged-object.ts'
import { exposeSolid } from '../solid/expose-solid.ts'
import { createWall } from '../solid/wall.ts'
import { createCabinet } from './cabinet.ts'
import { drawLinkDefects } from './draw-link-defects.ts'
import type { LinkPart } from './link-part.ts'
import { createLinkSkin } from './link-skin.ts'
import { linkSolid } from './link-solid.ts'

export const linkObject: ForgedObject<LinkPart> = {
  name: 'link',
  station: (angle) => ({ spin: 0, yaw: angle, pitch: 1.5, flash: [-40, 75] }),
  drawPart(random, lot) {
    const die = lot.fork('die')
    const steel = lot.fork('steel')
    return {
      object: 'link',
      seed: random.fork('surface').integer(2 ** 31),
      text: drawText(lot.fork('text')),
      bowRadius: 30 + 0.25 * die.normal() + 0.2 * random.normal(),
      thickness: 1 + 0.012 * die.normal() + 0.01 * random.normal(),
      roughness: Math.exp(0.06 * steel.normal() + 0.06 * random.normal()),
      tone: 0.4 * Math.exp(0.05 * steel.normal() + 0.05 * random.normal()),
      oxide: Math.min(0.6, Math.max(0, 0.22 + 0.04 * steel.normal() + 0.07 * random.normal())),
      defects: [],
    }
  },
  drawDefects: (part, kind, views, random) =>
    drawLinkDefects(part, kind as DefectKind<'link'>, views, random),
  expose: (spec) =>
    exposeSolid(linkSolid(spec.part), (footprint) => createLinkSkin(spec.part, footprint), spec),
  backdrop: (scene) => createWall(createCabinet(), scene),
}

function drawText(random: Random): [string, string] {
  const letters = 'CFHKLMNPSTX'
  const letter = () => letters[random.integer(letters.length)]!
  return [`G-13 ${letter()}${1 + random.integer(9)}`, `${1000 + random.integer(9000)} ${letter()}${letter()}`]
}
