/** The ring, its axis along z and its face towards +z, and the mandrel that holds it by the bore. */
import { type DistanceField, smoothMax } from '../solid/distance-field.ts'
import type { RingPart } from './ring-part.ts'

export const ringBox = { low: [-39.5, -39.5, -10.5], high: [39.5, 39.5, 10.5] } as const
export const mandrelBox = { low: [-24, -24, -78], high: [24, 24, 14] } as const

export function createRingField(part: RingPart): DistanceField {
  const middle = 0.5 * (part.outerRadius + part.boreRadius)
  const halfWidth = 0.5 * (part.outerRadius - part.boreRadius)
  const { halfHeight, bevel, grooveRadius } = part
  return (x, y, z) => {
    const r = Math.sqrt(x * x + y * y)
    const across = Math.abs(r - middle) - halfWidth
    const up = Math.abs(z) - halfHeight
    const profile = smoothMax(Math.max(across, up), (across + up + bevel) * Math.SQRT1_2, 0.35)
    // The groove in the face: a torus cut out.
    const groove = Math.sqrt((r - grooveRadius) ** 2 + (z - halfHeight) ** 2) - 1.1
    return smoothMax(profile, -groove, 0.3)
  }
}

/** A post through the bore, slotted in three, with the bolt that spreads it. */
export function createMandrelField(part: RingPart): DistanceField {
  const radius = part.boreRadius - 1.2
  const top = part.halfHeight - 2.5
  const cos = Math.cos(Math.PI / 3)
  const sin = Math.sin(Math.PI / 3)
  return (x, y, z) => {
    const r = Math.sqrt(x * x + y * y)
    const post = smoothMax(r - radius, z - top, 1.2)
    const slot = Math.min(Math.abs(x), Math.abs(cos * x + sin * y), Math.abs(cos * x - sin * y)) - 0.8
    const slotted = Math.max(post, -Math.max(slot, top - 9 - z, r - radius + 1.8))
    const bolt = Math.max(Math.max(Math.abs(x), cos * Math.abs(x) + sin * Math.abs(y)) - 6.5, z - top - 4)
    return Math.min(slotted, bolt)
  }
}
