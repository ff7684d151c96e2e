/**
 * The one way an image is judged: commands, guardrails, reports and whoever uses the library ask an inspector, and only it asks
 * the detector.
 */
import type { ImageRef, Outcome } from '../backbone/vision.ts'
import type { ImageMeasures } from '../drift/measure-image.ts'
import type { Frame, Image, ScoreMap } from '../image/image.ts'
import type { Placement } from '../prepare/placement.ts'
import type { Task } from '../task.ts'
import type { Region } from '../wire/prediction.ts'
import type { RegionOptions } from './regions.ts'

/**
 * A picture: the path of a file; the bytes of one (JPEG, PNG, TIFF, BMP, WebP); its pixels, upright RGB; or any of them with a
 * name of one's own.
 */
export type ImageSource = string | Uint8Array | Image | ImageRef

/** Between the two thresholds of a review band a person looks. */
export type Verdict = 'nominal' | 'anomalous' | 'review'

export interface Inspection {
  /** Raw, unbounded, higher = more anomalous. */
  readonly score: number
  /** Score from which the image is anomalous; null where the model has none and none was named. */
  readonly threshold: number | null
  /** Lower end of the review band; null without one. */
  readonly review: number | null
  /** Null without a threshold. */
  readonly verdict: Verdict | null
  /** Raw scores of the pixels at the model's input size, 0 outside `frame.content`; worked out when called. */
  map(): ScoreMap
  /**
   * Connected areas of the map at or above a level, in pixels of the photograph, the highest peak first; worked out when called. They
   * follow from the map and decide about no verdict.
   *
   * @throws {UsageError} The model has no level and none is named.
   */
  regions(options?: RegionOptions): readonly Region[]
  /** Where the picture that was judged lies in the map: the photograph, or what was prepared of it. */
  readonly frame: Frame
  /** Where the prepared picture lies in the photograph; null where the picture was judged as it came. */
  readonly placement: Placement | null
  /** What to know of before trusting the verdict, such as that no object was found in the photograph; a phrase each. */
  readonly notes: readonly string[]
  /** What the picture that was judged is like; null where nobody asked. */
  readonly measures: ImageMeasures | null
  /**
   * Mean over the picture of every channel of the stages that the detector looks at; null where the model was not opened with
   * `embeddings`, and where the detector looks at tiles or scaled pictures, or at no stage.
   */
  readonly embedding: Float32Array | null
  readonly milliseconds: Milliseconds
}

/** What several images of one part say together. */
export interface PartInspection extends Pick<Inspection, 'score' | 'threshold' | 'review' | 'verdict'> {
  /** Of each image, in the order given. */
  readonly images: readonly Inspection[]
}

export interface Milliseconds {
  /** Reading and decoding; 0 for pixels, and where the features came from the cache. */
  readonly decode: number
  /** `total` without `decode`, at least 0: resizing, backbone, detector. In a list others are decoded meanwhile. */
  readonly infer: number
  /** From the call to the answer, waiting included; in a list, from asking for the next answer to having it. */
  readonly total: number
}

export interface InspectOptions {
  /** In place of the model's own; there is no review band then but the one named. */
  readonly threshold?: number
  /** Lower end of the review band below a threshold that is named; default none. Read only with `threshold`. */
  readonly review?: number | null
  /** So many images of a list, from the first on, are measured too, to be compared with those of training; default 0. */
  readonly measured?: number
  /** Default: nobody watches, nobody stops. */
  readonly task?: Task
}

/** A model opened once, and warm: the first image pays for what the others then use. Calls may overlap; they take turns. */
export interface Inspector {
  /**
   * @throws {InputError} The image cannot be read or decoded, with its name and the reason.
   * @throws {CancelledError} @throws {UsageError} The inspector is closed.
   */
  inspect(image: ImageSource, options?: InspectOptions): Promise<Inspection>
  /**
   * Many at once, several to a run of the network. Outcomes come in the order asked for; a bad image is an outcome in its place.
   * Scores may differ in their last digits from those of images that are inspected one by one.
   *
   * @throws {CancelledError} @throws {UsageError} The inspector is closed.
   */
  inspectMany(images: readonly ImageSource[], options?: InspectOptions): AsyncIterable<Outcome<Inspection>>
  /**
   * Several images of one part: one score, by the rule in the model's card (`max` where it has none), and one verdict on it.
   *
   * @throws {InputError} One of them cannot be read or decoded: a part is judged whole or not at all.
   * @throws {UsageError} No image; the inspector is closed. @throws {CancelledError}
   */
  inspectPart(images: readonly ImageSource[], options?: InspectOptions): Promise<PartInspection>
  /** Waits for what is being inspected, then releases native memory. May be called twice. */
  close(): Promise<void>
}
