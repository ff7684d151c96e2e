/** A corner bent out of the plane: forwards or backwards by `depth` at the anchor, from `length` mm before it. */
import type { DefectSpec } from '../render-spec.ts'
import type { DistanceField } from '../solid/distance-field.ts'

export function bendCorner(field: DistanceField, defect: DefectSpec): DistanceField {
  const height = bendHeight(defect)
  return (x, y, z) => field(x, y, z - height(x, y, z))
}

/** By how much the sheet is off its plane, towards +z, mm. */
export function bendHeight({ anchor, normal, length, depth }: DefectSpec): DistanceField {
  const reach = Math.hypot(anchor[0], anchor[1])
  const ux = anchor[0] / reach
  const uy = anchor[1] / reach
  const round = Math.min(3, 0.25 * length) // half of the bend itself; beyond it the corner is flat again
  const slope = (normal[2] * depth) / (length - round)
  return (x, y) => {
    const beyond = x * ux + y * uy - reach + length
    if (beyond <= 0) return 0
    return slope * (beyond < 2 * round ? (beyond * beyond) / (4 * round) : beyond - round)
  }
}
