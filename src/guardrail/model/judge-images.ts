/** One look of a fitted model at its inference images, reduced to what the guardrails ask. */
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import type { Detector } from '../../detector/detector.ts'
import { type UnitKind, unitId } from '../../evaluate/units.ts'
import type { Frame, ScoreMap } from '../../image/image.ts'
import { createInspector } from '../../inspect/create-inspector.ts'
import type { Task } from '../../task.ts'
import { type JudgedImage, mostCells } from './fitted-run.ts'

/** @returns In the order of the samples; images that fail are left out. */
export async function judgeImages(
  detector: Detector,
  vision: Vision,
  samples: readonly Sample[],
  unit: UnitKind,
  threshold: number | null,
  task: Task,
): Promise<readonly JudgedImage[]> {
  const judged: JudgedImage[] = []
  const progress = task.progress('scoring', 'images')
  const operating = threshold === null ? null : { threshold, reviewThreshold: null }
  const inspector = createInspector({ detector, vision, operating })
  let i = 0
  try {
    for await (const outcome of inspector.inspectMany(samples, { task })) {
      const sample = samples[i++]!
      progress.update(i, samples.length)
      if (!outcome.ok) continue
      const { score, verdict, frame, map } = outcome.value
      judged.push({
        sample,
        unit: unitId(sample, unit),
        score,
        isRejected: verdict === 'anomalous',
        frame,
        ...reduceMap(map(), frame),
      })
    }
  } finally {
    progress.end()
  }
  return judged
}

/** The peak, and the map in coarse cells. */
export function reduceMap(
  { width, height, data }: ScoreMap,
  { content }: Frame,
): Pick<JudgedImage, 'peak' | 'map' | 'step'> {
  const step = Math.ceil(Math.max(width, height) / mostCells)
  const cells = { width: Math.ceil(width / step), height: Math.ceil(height / step) }
  const sums = new Float64Array(cells.width * cells.height)
  const counts = new Uint32Array(sums.length)
  let [peak, highest] = [{ x: content.x, y: content.y }, -Infinity]
  for (let y = content.y; y < content.y + content.height; y++) {
    for (let x = content.x; x < content.x + content.width; x++) {
      const value = data[y * width + x]!
      const cell = Math.floor(y / step) * cells.width + Math.floor(x / step)
      sums[cell]! += value
      counts[cell]!++
      if (value > highest) {
        highest = value
        peak = { x, y }
      }
    }
  }
  return { peak, map: { ...cells, data: Float32Array.from(sums, (sum, i) => sum / counts[i]!) }, step }
}
