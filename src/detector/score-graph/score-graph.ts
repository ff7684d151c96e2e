/**
 * A fitted detector's way from features to answers as a graph: what scores in process, and what an exported model holds. One
 * arithmetic for both.
 */
import type { TensorData, Value } from '../../graph/index.ts'
import type { Size } from '../../image/image.ts'
import type { View } from './views.ts'

export type Named<T> = Readonly<Record<string, T>>

export const mapNamed = <From, To>(
  values: Named<From>,
  change: (value: From, name: string) => To,
): Named<To> => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]))

/** Extents of a stage's output for one picture. */
export interface StageShape {
  /** Of a view of another size than the model's with that size behind it (`views.ts`). */
  readonly stage: string
  readonly channels: number
  readonly rows: number
  readonly cols: number
}

export interface Judged {
  /** float32 [images]: raw, higher = more anomalous. */
  readonly score: Value
  /** float32 [images, rows, cols] at the model's input size, raw, 0 in the padding. */
  readonly map: Value
}

/**
 * All pictures of a run lie at one place in the model's input. Where pictures are looked at in several sizes, features and shapes are
 * those of the first view, then of the next.
 */
export interface ScoreGraph {
  /** The model's file, for errors. */
  readonly file: string
  /** Stages it takes features of, in order. */
  readonly stages: readonly string[]
  /** How pictures are looked at; absent for the model's size alone. */
  readonly views?: readonly View[]
  /** Whether how many images there are to a run must be known when the graph is built. */
  readonly hasFixedBatch?: boolean
  /** Numbers that are the detector's own, by name: constants of the graph, or fed at each run where they are large. */
  readonly state?: Named<TensorData<'float32'>>
  /** @param size - The model's input. @throws {ModelError} The detector was fitted to features of other shapes. */
  check(shapes: readonly StageShape[], size: Size): void
  /**
   * What depends on where the pictures lie, and on no pixel: computed once for many runs, or a constant where it is known.
   *
   * @param content - float64 [4]: left, top, width and height of the pictures in the input, whole pixels.
   * @param seen - The same in each view.
   */
  layout(
    content: Value<'float64'>,
    shapes: readonly StageShape[],
    size: Size,
    seen: readonly Value<'float64'>[],
  ): Named<Value>
  /**
   * @param features - float32 [images, channels, rows, cols] for each stage of each view, in float16 precision.
   * @param layout - What {@link layout} gave. @param state - As {@link state}.
   */
  judge(
    features: readonly Value[],
    layout: Named<Value>,
    shapes: readonly StageShape[],
    size: Size,
    state: Named<Value>,
  ): Judged
}

/** Rows and cols of a stage's output as the network gives it: not told by the stride alone, which may be rounded either way. */
export const shapeOfStage = (stage: string, { shape }: Value): StageShape => ({
  stage,
  channels: shape[1]!,
  rows: shape[2]!,
  cols: shape[3]!,
})
