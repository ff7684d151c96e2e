/** The sizes in which a detector looks at a picture. */
import type { ImageFeatures } from '../../backbone/backbone.ts'
import type { ImageRef, Outcome, Scaling, Vision } from '../../backbone/vision.ts'
import type { Size } from '../../image/image.ts'
import { quietTask, type Task } from '../../task.ts'

/** `magnify` times the model's input, from the picture; then 1 / `shrink` of that. Both sides stay whole. */
export interface View {
  readonly magnify: number
  readonly shrink: number
  /** How what is shrunk is made. */
  readonly scaling: Scaling
}

/** The model's input as it is. */
export const ownView: View = { magnify: 1, shrink: 1, scaling: 'smooth' }

export const sizeOfView = ({ width, height }: Size, { magnify, shrink }: View): Size => ({
  width: (width * magnify) / shrink,
  height: (height * magnify) / shrink,
})

/** Name of a stage's features in a view, other in each view of other size. */
export function stageInView(stage: string, { magnify, shrink }: View): string {
  const factor = magnify / shrink
  return factor === 1 ? stage : `${stage}.x${factor}`
}

/** @throws {UsageError} The size is not of whole pixels. */
function through(vision: Vision, { magnify, shrink, scaling }: View): Vision {
  const whole = magnify === 1 ? vision : vision.scaled(magnify)
  return shrink === 1 ? whole : whole.scaled(1 / shrink, scaling)
}

/** Features of each view, images in the order asked for; one that fails in any view is an outcome. */
export async function* viewFeatures(
  refs: readonly ImageRef[],
  vision: Vision,
  views: readonly View[],
  stages: readonly string[],
  task: Task,
): AsyncGenerator<Outcome<readonly ImageFeatures[]>> {
  const alone: Task = { ...task, progress: quietTask.progress } // one line of progress is enough for all views
  const streams = views.map((view, i) =>
    through(vision, view)
      .features(refs, stages, i === 0 ? task : alone)
      [Symbol.asyncIterator](),
  )
  try {
    for (;;) {
      const outcomes: Outcome<ImageFeatures>[] = []
      for (const stream of streams) {
        const next = await stream.next()
        if (next.done) return
        outcomes.push(next.value)
      }
      const values = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []))
      const failed = outcomes.find((outcome) => !outcome.ok)
      const { path } = outcomes[0]!
      yield failed === undefined ? { ok: true, path, value: values } : failed
    }
  } finally {
    for (const stream of streams) await stream.return?.()
  }
}
