/**
 * The coupling link and its clamp.
 *
 * The link is a bar swept along an omega: a bow of about 220 degrees, two straight legs, an eye with a hole at the end of
 * each; its front and back are flattened by the die, and a flash line runs round it where the die's halves met. It lies in
 * the plane z = 0 with its bow at the bottom; the fixture's axis is x = z = 0.
 */
import { createRandom } from '../../math/random.ts'
import { boxDistance, type DistanceField, smoothMax, smoothMin } from '../solid/distance-field.ts'
import type { LinkPart } from './link-part.ts'

/** Around the link, also the longest deformed one, and around the clamp. */
export const linkBox = { low: [-45, -45, -13.5], high: [45, 51, 13.5] } as const
export const clampBox = { low: [-31, 24, -16], high: [31, 110, 13] } as const

/** Angle above the horizontal at which the bow meets the legs. */
const bowEnd = (20 * Math.PI) / 180
const cosEnd = Math.cos(bowEnd)
const sinEnd = Math.sin(bowEnd)
const legLength = 25
const eyeRadius = 13.5
const holeRadius = 6.6
const pinRadius = 6.1

/** Where the eyes are: the right one; the left is its mirror image. */
function eyeCentre(bowRadius: number): readonly [number, number] {
  return [bowRadius * cosEnd - legLength * sinEnd, bowRadius * sinEnd + legLength * cosEnd]
}

/** The link as it was forged, before anything happened to it. */
export function createLinkField(part: LinkPart): DistanceField {
  const radius = part.bowRadius
  const [eyeX, eyeY] = eyeCentre(radius)
  const thickness = part.thickness
  const flashPhase = createRandom(part.seed, 'flash').uniform() * 50

  return (x, y, z) => {
    const ax = Math.abs(x)
    const rise = Math.min(1, Math.max(0, (y + radius) / 64))
    const alongLeg = y * cosEnd - ax * sinEnd
    let across: number
    let beyond = 0
    if (alongLeg > 0) {
      across = ax * cosEnd + y * sinEnd - radius
      if (alongLeg > legLength) beyond = alongLeg - legLength
    } else {
      across = Math.sqrt(x * x + y * y) - radius
    }
    const bar = (11 - 2.2 * rise) * thickness
    const tube = Math.sqrt(across * across + beyond * beyond + z * z) - bar
    const az = Math.abs(z)
    const eyeAcross = Math.sqrt((ax - eyeX) ** 2 + (y - eyeY) ** 2)
    let distance = smoothMax(tube, az - (8.4 - 1.2 * rise) * thickness, 3)
    distance = smoothMin(distance, smoothMax(eyeAcross - eyeRadius, az - 6.6 * thickness, 2.4), 5)
    distance = smoothMax(distance, holeRadius - eyeAcross, 2.2)
    if (distance < 1.2 && az < 1.1) {
      // Remains of the flash, ground off unevenly.
      distance -= (0.32 + 0.2 * Math.sin(0.31 * y + flashPhase) * Math.cos(0.23 * x)) * (1 - az / 1.1)
    }
    return distance
  }
}

/** The clamp: a rod from above, a yoke, two prongs behind the eyes and the pins that go through them. */
export function createClampField(part: LinkPart): DistanceField {
  const [eyeX, eyeY] = eyeCentre(part.bowRadius)
  return (x, y, z) => {
    const ax = Math.abs(x)
    const az = Math.abs(z)
    const rod = Math.max(Math.sqrt(x * x + z * z) - 5.2, 54 - y)
    const yoke = boxDistance(ax - 20, Math.abs(y - 53.5) - 1.5, Math.abs(z + 4) - 5) - 3
    const prong = boxDistance(Math.abs(ax - eyeX) - 3.5, Math.abs(y - 43) - 9, Math.abs(z + 10.6) - 0.6) - 2
    const pinAcross = Math.sqrt((ax - eyeX) ** 2 + (y - eyeY) ** 2)
    const pin = smoothMax(pinAcross - pinRadius, az - 6.8, 2)
    return smoothMin(Math.min(rod, pin), Math.min(yoke, prong), 3)
  }
}
