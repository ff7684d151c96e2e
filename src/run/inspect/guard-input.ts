/** Whether the first images of a prediction are like those that the model learnt from: prepared training and raw prediction, another camera, a dead lamp. */
import { departuresFrom, departureWords } from '../../drift/departures.ts'
import type { ImageMeasures } from '../../drift/measure-image.ts'
import type { Inspection } from '../../inspect/inspector.ts'
import type { Task } from '../../task.ts'
import type { ModelCard } from '../../wire/model.ts'
import type { PredictedDeparture } from '../../wire/prediction.ts'

export interface InputGuard {
  /** So many images, from the first on, are to be measured. */
  readonly wanted: number
  look(inspection: Inspection): void
  /** A note says them too. */
  departures(): readonly PredictedDeparture[]
}

/** Images that are looked at: what is wrong with all of them is wrong with the first. */
const looked = 16

export function guardInput({ reference }: Pick<ModelCard, 'reference'>, task: Task): InputGuard {
  const measured: ImageMeasures[] = []
  return {
    wanted: reference === null ? 0 : looked,
    look({ measures }) {
      if (measures !== null) measured.push(measures)
    },
    departures() {
      if (reference === null) return []
      const found = departuresFrom(reference, measured).map((departure) => ({
        ...departure,
        words: departureWords(departure, reference),
      }))
      if (found.length > 0) {
        task.note(
          `the images are unlike those the model learnt from (${measured.length} looked at): ${found.map(({ words }) => words).join('; ')}; its scores may mean nothing here`,
        )
      }
      return found
    },
  }
}
