/** Where one image goes: turned or not, centred on the canvas or whole. */
import type { Rect, Size } from '../image/image.ts'
import {
  centredPlacement,
  composePlacements,
  halfTurned,
  type Placement,
  wholePlacement,
} from './placement.ts'
import type { PrepareOptions } from './prepare-options.ts'
import type { SegmentRecord } from './segment-record.ts'

export interface Plan {
  readonly placement: Placement
  /** The object's tight box, in the photograph or, where it is turned, in the turned one; null where nothing was found. */
  readonly box: Rect | null
  /** The object does not fit on the canvas. */
  readonly isCut: boolean
}

/** @param flip - Turn by a further half turn, so that the heavy end is down. */
export function planPlacement(
  record: Pick<SegmentRecord, 'size' | 'object'>,
  options: Pick<PrepareOptions, 'center' | 'rotateUpright'>,
  canvas: Size | null,
  flip: boolean,
): Plan {
  const size: Size = record.size
  const { object } = record
  if (object === null) {
    const whole = { x: 0, y: 0, ...size }
    if (!options.center || canvas === null)
      return { placement: wholePlacement(size), box: null, isCut: false }
    // Nothing is known about where the object is: the middle of the photograph is shown.
    const isCut = size.width > canvas.width || size.height > canvas.height
    return { placement: centredPlacement(size, whole, canvas), box: null, isCut }
  }
  const turn = options.rotateUpright ? object.turn : null
  const box = turn?.box ?? object.facts.box
  const turned = turn?.placement ?? wholePlacement(size)
  if (!options.center || canvas === null) {
    return { placement: flip && turn !== null ? halfTurned(turned) : turned, box, isCut: false }
  }
  const placement = composePlacements(turned, centredPlacement(turned.size, box, canvas))
  const isCut = box.width > canvas.width || box.height > canvas.height
  return { placement: flip && turn !== null ? halfTurned(placement) : placement, box, isCut }
}
