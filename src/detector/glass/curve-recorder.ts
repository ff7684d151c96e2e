/** What a training leaves for the report: means over so many steps, so that long trainings give no longer curves than short ones. */
import type { TrainingCurves } from '../../wire/training-curves.ts'

/** Points of a curve at most. */
const mostPoints = 400

export interface CurveRecorder {
  add(values: readonly number[]): void
  /** Numbers enough to go on recording after {@link createCurveRecorder}. */
  state(): Float32Array
  curves(ended: string): TrainingCurves
}

export interface Curve {
  readonly name: string
  readonly unit: string
}

/**
 * @param steps - In all.
 * @param saved - What `state` gave when a training was interrupted after a whole number of points, or later.
 */
export function createCurveRecorder(
  curves: readonly Curve[],
  steps: number,
  saved: Float32Array = new Float32Array(0),
): CurveRecorder {
  const width = curves.length
  const stride = Math.max(1, Math.ceil(steps / mostPoints))
  // Row after row [steps in it, mean of each curve].
  const points: number[][] = []
  for (let at = 0; at < saved.length; at += width + 1) points.push([...saved.subarray(at, at + width + 1)])
  return {
    add(values) {
      let last = points.at(-1)
      if (last === undefined || last[0] === stride) {
        last = [0, ...values.map(() => 0)]
        points.push(last)
      }
      last[0]!++
      for (const [i, value] of values.entries()) {
        last[i + 1] = Math.fround(last[i + 1]! + (value - last[i + 1]!) / last[0]!)
      }
    },
    state: () => Float32Array.from(points.flat()),
    curves(ended) {
      let taken = 0
      const step = points.map(([count = 0]) => (taken += count))
      return {
        version: 1,
        steps: taken,
        ended,
        curves: curves.map(({ name, unit }, i) => ({
          name,
          unit,
          step,
          value: points.map((point) => point[i + 1]!),
        })),
      }
    },
  }
}
