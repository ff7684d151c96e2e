/**
 * The contract of a frozen feature extractor, and of the cached features that detectors are fed with.
 *
 * Features are float32; on their way they are rounded to float16 precision once (the cache stores them so), whether
 * they come from the network or from the cache, so that a cold and a warm run are bit for bit the same.
 */
import type { Frame, PreparedImage } from '../image/image.ts'

/** A named place in the network where features may be taken. */
export interface StageInfo {
  readonly name: string
  readonly channels: number
  /** Model-input pixels per feature cell, in both directions. */
  readonly stride: number
}

/** How patch embeddings should be made of a network's features unless told otherwise. */
export interface PatchDefaults {
  /** Stages that are joined, shallow to deep. */
  readonly stages: readonly string[]
  /** Model-input pixels from one patch to the next. */
  readonly stride: number
  /** Odd side of the square neighbourhood averaged around each cell, in cells of the stage. */
  readonly neighbourhood: number
  /** Whether each stage's part of an embedding is brought to length 1, so that its direction alone counts. */
  readonly unitLength: boolean
}

/** Output of one stage for one image. */
export interface FeatureMap {
  readonly stage: string
  readonly channels: number
  readonly rows: number
  readonly cols: number
  readonly data: Float32Array // [channels, rows, cols]
}

/** What a detector sees of one image: its stage outputs and where in the model input the picture lies. */
export interface ImageFeatures {
  readonly maps: readonly FeatureMap[] // in the order the stages were asked for
  readonly frame: Frame
}

export interface Backbone {
  readonly id: string
  /** `sha256:…` of the weights file; for embedded weights, of the numbers the code makes. */
  readonly weights: string
  /** Changes whenever the numbers it gives could: weights, architecture, padding, normalisation, stages, size. */
  readonly fingerprint: string
  readonly stages: readonly StageInfo[]
  readonly inputSize: { readonly width: number; readonly height: number }
  /**
   * Runs the network.
   *
   * @param images - Any number; each of `inputSize`.
   * @throws {ShapeError} An image of another size.
   */
  extract(images: readonly PreparedImage[]): Promise<readonly ImageFeatures[]>
  close(): Promise<void>
}
