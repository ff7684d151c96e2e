/** What the guardrails on a model are given: a fitted fold, its vision, and what it makes of the images it has not seen. */
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import type { Detector } from '../../detector/detector.ts'
import type { Frame, Mask, ScoreMap } from '../../image/image.ts'
import type { EvaluatedRun } from './evaluated-run.ts'

/** An inference image as the fold's model judges it. */
export interface JudgedImage {
  readonly sample: Sample
  readonly unit: string
  readonly score: number
  readonly isRejected: boolean
  readonly frame: Frame
  /** Where the map is highest within the picture, in pixels of the model input; the first of several. */
  readonly peak: { readonly x: number; readonly y: number }
  /** Means of the map over squares of `step` pixels, at most {@link mostCells} a side; NaN where a square has no picture. */
  readonly map: ScoreMap
  readonly step: number
}

/** Where the object is. */
export interface ObjectMasks {
  /** Whether they came with the dataset; else they were found by a segmenter. */
  readonly areGiven: boolean
  /** null where nothing was found in this image. */
  find(image: Pick<JudgedImage, 'sample' | 'frame'>): Promise<Mask | null>
}

export interface FittedRun extends EvaluatedRun {
  readonly fold: number
  /** Of images; null where the fold has none. */
  readonly threshold: number | null
  readonly detector: Detector
  readonly vision: Vision
  /** The same vision, which keeps each picture it decoded: for samples of the inference images only. */
  readonly held: Vision
  /** Every inference image that can be scored, sorted by id. */
  readonly judged: readonly JudgedImage[]
  /** Of a defect, in the frame of the model input; null where there is none that can be used. */
  readonly defectMask: (sample: Sample) => Mask | null
  /** Of the objects, in the frame of the model input; or why there are none that could be trusted. */
  readonly objects: ObjectMasks | string
  /** Images of either label that are scored again under one change, at most. */
  readonly images: number
}

/** Of that, what a change of the images is asked of. */
export type RobustnessRun = Pick<
  FittedRun,
  'threshold' | 'detector' | 'vision' | 'held' | 'judged' | 'images' | 'randomOf'
>

/** Cells a side of the maps that are kept: enough to see a silhouette, 16 KB an image. */
export const mostCells = 64
