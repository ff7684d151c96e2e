/**
 * What an object of the forge is: a folder whose `<name>-object.ts` fulfils this contract, and a line in
 * `forged-objects.ts` and in `defect-kinds.ts`. Everything else (stations, lots, splits, camera, files, pathologies) is common.
 */
import type { Size } from '../image/image.ts'
import type { Random } from '../math/random.ts'
import type { Backdrop } from './backdrop.ts'
import type { ObjectName, PartSpec, RenderSpec, SceneSpec, ViewSpec } from './render-spec.ts'

/**
 * What falls on the sensor from part and fixture, and the exact masks: all that costs time and does not depend on dye,
 * camera or file, so that datasets which differ only in those share it. Arrays are [height, width].
 */
export interface Layers extends Size {
  /** Linear RGB of part and fixture, [height, width, 3], times their coverage; 0..1 and above. */
  readonly light: Float32Array
  /** Share of the pixel that they cover, 0..255. */
  readonly coverage: Uint8Array
  /** Share of the flash that reaches what is behind, 0..1. */
  readonly behind: Float32Array
  /** 1 where a defect can be seen. */
  readonly defect: Uint8Array
  /** 1 where the part can be seen, or is not where it ought to be (a hole torn in a cloth). */
  readonly foreground: Uint8Array
}

/** How a station's angle shows: what turns, and where the flash is. */
export interface Station extends Pick<ViewSpec, 'spin' | 'yaw' | 'pitch'> {
  readonly flash: SceneSpec['flash']
}

export interface ForgedObject<Part extends PartSpec = PartSpec> {
  readonly name: ObjectName
  station(angle: number): Station
  /** @param random - The part's own stream. @param lot - The same for all parts of a lot. */
  drawPart(random: Random, lot: Random): Part
  /** The part with defects of one kind, each in view in at least one of the pictures. */
  drawDefects(part: Part, kind: string, views: readonly ViewSpec[], random: Random): Part
  /** Pure: the same specification gives the same layers. Reads size, part, view, and the scene's background and flash. */
  expose(spec: RenderSpec<Part>): Layers
  /** What is behind it where it stands in its fixture. */
  backdrop(scene: SceneSpec): Backdrop
}
