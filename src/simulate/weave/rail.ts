/** The guide rail that lies across the top of the cloth: a painted bar, rounded, with a scale of ticks. */
import type { Backdrop } from '../backdrop.ts'

/** Height of the rail's lower edge over the picture's centre, as a share of the field's height; its breadth. */
export const railEdge = 0.385
const breadth = 0.16

/** Height in the field, as a share, seen along a ray. */
const fieldShare = (ray: Float64Array, axis: 0 | 1, distance: number, fieldHeight: number): number =>
  (distance * ray[axis]!) / (-ray[2]! * fieldHeight)

export function createRail(distance: number, fieldHeight: number): Backdrop {
  return (ray, _light, out) => {
    const x = fieldShare(ray, 0, distance, fieldHeight)
    const up = (fieldShare(ray, 1, distance, fieldHeight) - railEdge) / breadth
    // A half round bar: bright where it faces the lamp above, dark towards its lower edge.
    const lean = Math.min(1, Math.max(-1, 2 * up - 1))
    const lambert = 0.35 + 0.5 * Math.sqrt(1 - 0.9 * lean * lean) + 0.15 * lean
    const gloss = 0.35 * Math.exp(-(((up - 0.62) / 0.09) ** 2))
    const tick = Math.abs(x * 22 - Math.round(x * 22)) < 0.09 && up > 0.05 && up < 0.32 ? 1 : 0
    out[0] = lambert * (0.045 + 0.4 * tick) + gloss
    out[1] = lambert * (0.12 + 0.4 * tick) + gloss
    out[2] = lambert * (0.3 + 0.25 * tick) + gloss
  }
}
