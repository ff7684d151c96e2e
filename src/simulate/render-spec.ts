/**
 * What one picture shows, as plain data: the part, how it is held, the scene it is photographed in, the file it goes to.
 *
 * A specification holds everything that decides a byte, can be written as JSON and sent to a worker. A pathology of
 * a dataset (background tied to the label, lighting drift, blur, a free pose) is a change of these records.
 *
 * Object space: millimetres; y up, front towards +z. The camera looks along -z. Each object says where it lies in it.
 */
import type { Size } from '../image/image.ts'

export type Vector = readonly [x: number, y: number, z: number]

export const objectNames = ['link', 'ring', 'plate', 'weave'] as const
export type ObjectName = (typeof objectNames)[number]

export const severities = ['subtle', 'clear', 'obvious'] as const
export type Severity = (typeof severities)[number]

/** A defect belongs to the part, in object space, and so is seen in several pictures. Lengths in mm. */
export interface DefectSpec {
  /** One of those that the object can have. */
  readonly kind: string
  readonly severity: Severity
  /** Point of the nominal surface, its outward normal, and a unit tangent along which `length` runs. */
  readonly anchor: Vector
  readonly normal: Vector
  readonly tangent: Vector
  /** Full extent along the tangent, and across it (a scratch's width is that of its groove). */
  readonly length: number
  readonly width: number
  readonly depth: number
  /** Seeds its irregularity. */
  readonly seed: number
}

/** What every part has; each object adds its own measures (`link/link-part.ts` ...). */
export interface PartSpec {
  readonly object: ObjectName
  readonly seed: number
  readonly defects: readonly DefectSpec[]
}

export interface ViewSpec {
  /** Rotation in the part's own plane, then about the fixture's upright axis, degrees. */
  readonly spin: number
  readonly yaw: number
  /** Tilt towards the camera and roll in the image plane, degrees. */
  readonly pitch: number
  readonly roll: number
  /** Size of the part and its fixture in the picture; 1 is usual. */
  readonly scale: number
  /** Displacement of the part in the image plane, mm. */
  readonly shift: readonly [x: number, y: number]
  /** Rotation of the whole picture with everything in it, degrees. */
  readonly turn: number
}

export const backgrounds = ['fixture', 'plain'] as const
export type Background = (typeof backgrounds)[number]

export interface SceneSpec {
  /** `fixture`: what the object stands in and before; `plain`: the part alone, before an even grey. */
  readonly background: Background
  /** Factors on red, green and blue of the background, and share of it under white dust. */
  readonly dye: Vector
  readonly dust: number
  /** Factor on all light, and on its red, green and blue. */
  readonly exposure: number
  readonly tint: Vector
  /** Position of the flash beside the lens, mm. */
  readonly flash: readonly [x: number, y: number]
  /** Standard deviation of the lens blur, in pixels of a picture 267 pixels high. */
  readonly blur: number
  /** Factor on the sensor's noise. */
  readonly noise: number
  /** Share of the picture that a lamp's reflection burns out; 0 for none. */
  readonly glare: number
  /** How far a gripper's finger reaches in from an edge, as a share of the picture; 0 for none. */
  readonly finger: number
  /** Seeds the sensor's noise, and where glare and finger are. */
  readonly seed: number
}

export const fileDamages = ['cut', 'empty', 'text'] as const

/** How the picture is stored. */
export interface FileSpec {
  readonly format: 'png' | 'jpeg'
  /** Pixels by which the stored picture is off to the right and down; its edge is repeated. */
  readonly shift: readonly [right: number, down: number]
  readonly damage: (typeof fileDamages)[number] | null
}

export interface RenderSpec<Part extends PartSpec = PartSpec> {
  readonly size: Size
  readonly part: Part
  readonly view: ViewSpec
  readonly scene: SceneSpec
  readonly file: FileSpec
  /** Visible defect pixels from which the picture is anomalous. */
  readonly leastDefectPixels: number
  /** Taken instead when the picture is anomalous, which only rendering tells; null for no difference. */
  readonly whenAnomalous: { readonly scene: SceneSpec; readonly file: FileSpec } | null
}
