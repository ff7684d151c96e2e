/**
 * Records beside verdicts: a verdict is given whether or not it can be written down. Where the database is locked, full or gone, the
 * answer says `recorded: false`, readiness turns red, and the database is tried again until it takes a write.
 */

import type { ImageFiles, Records, RepeatKey } from '../../records/records.ts'
import { StorageError } from '../../records/storage-error.ts'
import type { Judged, StationInspection } from '../../wire/station/inspection.ts'
import type { NewLetter } from '../../wire/station/letter.ts'

export interface Recorder {
  /** Undefined too where the database cannot be asked. @throws {UsageError} One key, two images. */
  findRepeat(key: RepeatKey): Promise<StationInspection | undefined>
  /** @throws {UsageError} One key, two images. */
  record(
    judged: Judged,
    files: readonly ImageFiles[],
    letters: readonly NewLetter[],
  ): Promise<{ readonly inspection: StationInspection; readonly isNew: boolean }>
  /** Null while the database takes what it is given, else why not. */
  readonly trouble: string | null
  /** Tries again where there is trouble. */
  retry(): Promise<void>
}

/** @param onChange - Told when trouble begins and when it ends. */
export function createRecorder(records: Records, onChange: (trouble: string | null) => void): Recorder {
  let trouble: string | null = null
  const set = (next: string | null): void => {
    if (next === trouble) return
    trouble = next
    onChange(next)
  }
  return {
    async findRepeat(key) {
      try {
        return await records.inspections.findRepeat(key)
      } catch (error) {
        if (!(error instanceof StorageError)) throw error
        set(error.reason)
        return
      }
    },
    async record(judged, files, letters) {
      try {
        const done = await records.inspections.record({ judged, files, letters })
        set(null)
        return done
      } catch (error) {
        if (!(error instanceof StorageError)) throw error
        set(error.reason)
        return { inspection: unrecorded(judged), isNew: true }
      }
    },
    get trouble() {
      return trouble
    },
    async retry() {
      if (trouble === null) return
      try {
        await records.upkeep.probe()
        set(null)
      } catch (error) {
        if (!(error instanceof StorageError)) throw error
        set(error.reason)
      }
    },
  }
}

const unrecorded = (judged: Judged): StationInspection => ({
  ...judged,
  recorded: false,
  kept: judged.images.map(() => ({ picture: false, map: false, embedding: false })),
  review: null,
  correction: null,
})
