/**
 * The contract every detection method fulfils. `test/detector/battery.ts` runs the same tests over all of them.
 *
 * `fit` returns a fitted value, so scoring before fitting cannot be written. A method sees only what it is given:
 * nominal training samples and a `Vision` to look at them with; no labels, no test data.
 */
import type { z } from 'zod'
import type { ImageFeatures, StageInfo } from '../backbone/backbone.ts'
import type { Fit, Frame, PreparedImage, ScoreMap, Size } from '../image/image.ts'
import type { Random } from '../math/random.ts'
import type { Task } from '../task.ts'

/** What scoring needs to know of an image; every `Sample` is one. */
export interface ImageRef {
  readonly path: string
}

/** The outcome for one image among many: its failure is an ordinary outcome, not an exception. */
export type Outcome<T> =
  | { readonly ok: true; readonly path: string; readonly value: T }
  | { readonly ok: false; readonly path: string; readonly error: string }

/** How a detector looks at images: one preparation, one backbone, a cache behind it. */
export interface Vision {
  readonly size: Size
  readonly fit: Fit
  readonly backbone: {
    readonly id: string
    readonly weights: string
    /** Every stage of the architecture, shallow to deep. */
    readonly stages: readonly StageInfo[]
    /** Stages a memory bank should use unless told otherwise. */
    readonly defaultStages: readonly string[]
  }
  /** Prepared images in the order asked for; an undecodable file is an outcome, not an exception. */
  images(refs: readonly ImageRef[], task: Task): AsyncIterable<Outcome<PreparedImage>>
  /** Features of files in the order asked for, cached on disk by content. */
  features(
    refs: readonly ImageRef[],
    stages: readonly string[],
    task: Task,
  ): AsyncIterable<Outcome<ImageFeatures>>
  /** Features of images made on the fly (augmented, synthesised); never cached. */
  extract(images: readonly PreparedImage[], stages: readonly string[]): Promise<readonly ImageFeatures[]>
}

export interface Scored {
  /** Image score: raw, unbounded, higher = more anomalous. */
  readonly score: number
  /**
   * The score map at the model's input size, raw, 0 outside `frame.content`. Computed when called: most images of a
   * threshold set never need theirs.
   */
  readonly map: () => ScoreMap
  readonly frame: Frame
}

export interface Detector {
  /** Scores in the order asked for. The same image gets the same score whatever its neighbours in the list. */
  score(refs: readonly ImageRef[], vision: Vision, task: Task): AsyncIterable<Outcome<Scored>>
  /** Files of the fitted model by name, self-describing (magic, version, sizes), e.g. `bank.bin`. */
  save(): Map<string, Uint8Array>
  /** Releases native sessions. */
  close(): Promise<void>
}

export interface FitInput {
  readonly samples: readonly ImageRef[]
  readonly vision: Vision
  readonly random: Random
  readonly task: Task
  readonly device: string
  readonly threads: number
}

export interface DetectorMethod<Options = unknown> {
  readonly id: string
  readonly title: string
  /** Strict: unknown keys are errors. Parsing `{}` gives the defaults. */
  readonly options: z.ZodType<Options>
  /** @throws {StatisticalError} Too few samples to fit on. @throws {InputError} A training image fails. */
  fit(input: FitInput, options: Options): Promise<Detector>
  /** @throws {ModelError} Wrong magic, version, sizes, or a missing file. */
  load(files: ReadonlyMap<string, Uint8Array>, device: string, threads: number): Promise<Detector>
}
