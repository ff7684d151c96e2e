/** Standard deviation of each channel of the teacher over crops: the unit in which the student's errors count. */
import type { Batch } from './batch.ts'
import type { Teacher } from './teacher.ts'

const deviationBatches = 12

/** [channels] by stage. @param draw - Crops; the steps asked for are below 0. */
export async function measureDeviations(
  teacher: Teacher,
  draw: (step: number) => Batch,
): Promise<Record<string, Float32Array>> {
  const sums: Record<string, { sum: Float64Array; squares: Float64Array; count: number }> = {}
  for (let i = 0; i < deviationBatches; i++) {
    const features = await teacher.look(draw(-2 - i).teacher)
    for (const [stage, { shape, data }] of Object.entries(features)) {
      const [images, channels, rows, cols] = shape as [number, number, number, number]
      sums[stage] ??= { sum: new Float64Array(channels), squares: new Float64Array(channels), count: 0 }
      const total = sums[stage]
      const cells = rows * cols
      for (let at = 0; at < data.length; at++) {
        const channel = Math.floor(at / cells) % channels
        const value = Number(data[at])
        total.sum[channel]! += value
        total.squares[channel]! += value * value
      }
      total.count += images * cells
    }
  }
  return Object.fromEntries(
    Object.entries(sums).map(([stage, { sum, squares, count }]) => [
      stage,
      Float32Array.from(sum, (value, c) =>
        Math.sqrt(Math.max(1e-6, squares[c]! / count - (value / count) ** 2)),
      ),
    ]),
  )
}
