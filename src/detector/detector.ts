/**
 * The contract every detection method fulfils. `test/detector/battery.ts` runs the same tests over all of them.
 *
 * `fit` returns a fitted value, so scoring before fitting cannot be written. A method sees only what it is given:
 * nominal training samples and a `Vision` to look at them with; no labels, no test data.
 */
import type { z } from 'zod'
import type { ImageRef, Outcome, Vision } from '../backbone/vision.ts'
import type { Frame, ScoreMap, Size } from '../image/image.ts'
import type { Random } from '../math/random.ts'
import type { Task } from '../task.ts'
import type { TrainingCurves } from '../wire/training-curves.ts'
import type { ScoreGraph } from './score-graph/score-graph.ts'

export type { ImageRef, Outcome, Vision }

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
  /** What its training looked like; absent where nothing is trained step by step. */
  readonly curves?: TrainingCurves | undefined
  /**
   * The way from features to answers as a graph, for an exported model; absent where there is none. `score` computes by it.
   */
  readonly graph?: ScoreGraph
  /** Releases native sessions. */
  close(): Promise<void>
}

/** Where a model computes. */
export interface Machine {
  readonly device: string
  readonly threads: number
  /** Fits that go on at the same time in its memory, each in a thread; default 1. */
  readonly fitsAtOnce?: number
}

/**
 * Where a fit keeps what it needs to go on after an interruption: bytes by name, each written whole or not at all. What comes
 * back was written by a fit of the same configuration.
 */
export interface Scratch {
  /** Undefined where there is none, or none that is whole and of this configuration. */
  read(name: string): Promise<Uint8Array | undefined>
  /** Does nothing, but for a note, where it cannot be written. */
  write(name: string, bytes: Uint8Array): Promise<void>
}

export interface FitInput extends Machine {
  readonly samples: readonly ImageRef[]
  readonly vision: Vision
  readonly random: Random
  readonly task: Task
  /** A fit that goes on from it gives the same model, bit for bit; null or absent for one that starts afresh. */
  readonly scratch?: Scratch | null
}

/** A fit whose look at the images can be shared out: what it needs of them is gathered a shard at a time, on any machine. */
export interface SharedFit<Options = unknown> {
  /**
   * One look at a shard of images, for every fit that learns from some of them.
   *
   * @returns What each of the fits needs of them, as bytes, in the order of the fits.
   * @throws {InputError} An image fails.
   */
  gather(input: GatherInput, options: Options): Promise<readonly Uint8Array[]>
  /**
   * The model that `fit` makes of all the images, bit for bit.
   *
   * @param shards - In any order; each image is in one of them.
   * @throws {StatisticalError} Too few samples to fit on. @throws {ModelError} Bytes that are not what was gathered.
   */
  fit(shards: readonly GatheredShard[], input: Omit<FitInput, 'samples'>, options: Options): Promise<Detector>
}

export interface GatherInput extends Pick<FitInput, 'samples' | 'vision' | 'task'> {
  readonly fits: readonly GatheringFit[]
}

export interface GatheringFit {
  /** As the fit will have it. */
  readonly random: Random
  /** Of each sample, its place among the images that the fit learns from; -1 where it is none of them. */
  readonly places: readonly number[]
  /** How many the fit learns from in all. */
  readonly images: number
  /** Whether all that could matter is told; else what suffices where shards are much alike, which the fit finds out. */
  readonly isFull: boolean
}

/** What was gathered of a shard, for one fit. */
export interface GatheredShard {
  /** @param isFull - All that could matter; it may have to be gathered anew. */
  read(isFull: boolean): Promise<Uint8Array>
}

/**
 * A method is one value: the program's own ones are listed in `methods.ts`, anybody's can be passed to the library.
 */
export interface DetectorMethod<Options = unknown> {
  readonly id: string
  /**
   * Raise it when the same images and options give another model or other scores, or a model's files are read otherwise: what was
   * fitted or begun under another version is not taken up again.
   */
  readonly version: number
  readonly title: string
  /** Strict: unknown keys are errors. Parsing `{}` gives the defaults. */
  readonly options: z.ZodType<Options> & { readonly shape: Readonly<Record<string, unknown>> }
  /** Model input where nobody says otherwise; absent for the program's own. */
  size?(options: Options): Size
  /** Stages whose features `fit` and `score` will ask the vision for; none where it looks at images only. */
  stages(vision: Vision, options: Options): readonly string[]
  /** @throws {StatisticalError} Too few samples to fit on. @throws {InputError} A training image fails. */
  fit(input: FitInput, options: Options): Promise<Detector>
  /** Absent where a fit has to see all images itself. */
  readonly shared?: SharedFit<Options>
  /** @throws {ModelError} Wrong magic, version, sizes, or a missing file. */
  load(files: ReadonlyMap<string, Uint8Array>, machine: Machine): Promise<Detector>
}
