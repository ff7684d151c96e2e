/**
 * The drift watch of the model that judges: told of every part that was answered, kept in the records from time to time, so that a
 * restart goes on where it was. A crash loses the parts since then from the watch, and none of its validity.
 */

import { type DriftWatch, resumeDriftWatch, startDriftWatch } from '../../drift/stream/drift-watch.ts'
import { observationOf } from '../../drift/stream/statistics.ts'
import type { Notes } from '../../records/records.ts'
import type { DriftAlarm, DriftPoint, DriftStatus } from '../../wire/station/drift.ts'
import { driftStateSchema } from '../../wire/station/drift.ts'
import type { Judged } from '../inspection/judge.ts'

export interface DriftService {
  /** One image of the part; of several, the first. */
  observe(at: Date, judged: Judged): readonly DriftAlarm[]
  /** Null where no part was judged by this model yet. */
  status(fingerprint: string): DriftStatus | null
  points(fingerprint: string): readonly DriftPoint[]
  /** Reads what was kept of a model before it judges. @throws {StorageError} */
  load(fingerprint: string): Promise<void>
  /** From now on, against parts to come: after the line was set up anew. @throws {StorageError} */
  commission(fingerprint: string): Promise<void>
  /** Writes what has changed. @throws {StorageError} */
  save(): Promise<void>
}

const noteOf = (fingerprint: string): string => `drift/${fingerprint}`

export function createDriftService(notes: Notes): DriftService {
  const watches = new Map<string, DriftWatch>()
  const changed = new Set<string>()
  return {
    observe(at, { model, pictures, score }) {
      const measures = pictures[0]?.inspection.measures
      if (measures == null) return []
      let watch = watches.get(model.fingerprint)
      if (watch === undefined) {
        watch = startDriftWatch({ model: model.fingerprint })
        watches.set(model.fingerprint, watch)
      }
      const observation = observationOf(score, measures)
      if (!Object.values(observation).every(Number.isFinite)) return []
      changed.add(model.fingerprint)
      return watch.observe(at, observation)
    },
    status: (fingerprint) => watches.get(fingerprint)?.status() ?? null,
    points: (fingerprint) => watches.get(fingerprint)?.history() ?? [],
    async load(fingerprint) {
      if (watches.has(fingerprint)) return
      const state = driftStateSchema.safeParse(await notes.read(noteOf(fingerprint)))
      if (state.success) watches.set(fingerprint, resumeDriftWatch(state.data))
    },
    async commission(fingerprint) {
      watches.set(fingerprint, startDriftWatch({ model: fingerprint }))
      changed.add(fingerprint)
      await this.save()
    },
    async save() {
      for (const fingerprint of changed) {
        const state = watches.get(fingerprint)?.state()
        if (state !== undefined) await notes.write(noteOf(fingerprint), state)
        changed.delete(fingerprint)
      }
    },
  }
}
