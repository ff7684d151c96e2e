/**
 * What one picture shows, as plain data: the part, how it is held, and the scene it is photographed in.
 *
 * A specification holds everything that decides a pixel, can be written as JSON and sent to a worker. A pathology of
 * a dataset (background tied to the label, lighting drift, blur, a fixed pose) is a change of these records.
 *
 * Object space: millimetres; the link lies in the plane z = 0 with its bow at the bottom, y up, front towards +z.
 * The fixture's axis is x = z = 0. The camera looks along -z.
 */
import type { Size } from '../image/image.ts'

export type Vector = readonly [x: number, y: number, z: number]

export const defectKinds = ['dent', 'scratch', 'deformation'] as const
export type DefectKind = (typeof defectKinds)[number]

export const severities = ['subtle', 'clear', 'obvious'] as const
export type Severity = (typeof severities)[number]

/** A defect belongs to the part, in object space, and so is seen from several angles. Lengths in mm. */
export interface DefectSpec {
  readonly kind: DefectKind
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

export interface PartSpec {
  readonly seed: number
  /** Embossed on the front and on the back of the bow; digits and the letters of `glyphs.ts`. */
  readonly text: readonly [front: string, back: string]
  /** Radius of the bow's centre line, mm. */
  readonly bowRadius: number
  /** Factor on the thickness of the bar. */
  readonly thickness: number
  /** Factor on the depth of the blasted surface's relief. */
  readonly roughness: number
  /** Reflectance of the blasted steel, 0..1. */
  readonly tone: number
  /** Share of the surface with oxide stains, 0..1. */
  readonly oxide: number
  readonly defects: readonly DefectSpec[]
}

export interface ViewSpec {
  /** Rotation about the fixture's axis, degrees. */
  readonly yaw: number
  /** Tilt towards the camera and roll in the image plane, degrees. */
  readonly pitch: number
  readonly roll: number
  /** Displacement of the part in the image plane, mm. */
  readonly shift: readonly [x: number, y: number]
}

export const backgrounds = ['fixture', 'plain'] as const
export type Background = (typeof backgrounds)[number]

export interface SceneSpec {
  /** `fixture`: cabinet wall, blue ring and clamp; `plain`: an even grey, the part alone. */
  readonly background: Background
  /** Factor on all light. */
  readonly exposure: number
  /** Position of the flash beside the lens, mm. */
  readonly flash: readonly [x: number, y: number]
  /** Standard deviation of the lens blur, in pixels of a picture 267 pixels high. */
  readonly blur: number
  /** Factor on the sensor's noise. */
  readonly noise: number
  /** Seeds the sensor's noise. */
  readonly seed: number
}

export interface RenderSpec {
  readonly size: Size
  readonly part: PartSpec
  readonly view: ViewSpec
  readonly scene: SceneSpec
}
