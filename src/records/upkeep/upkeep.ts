/** What keeps records small, safe and lawful. */
import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quietTask } from '../../task.ts'
import { asStorageError } from '../database/as-storage-error.ts'
import { notes } from '../notes.ts'
import type { Upkeep } from '../records.ts'
import type { Station } from '../station.ts'
import { backup } from './backup.ts'
import { forgetPerson, purge } from './purge.ts'
import { storageUse, sweep } from './sweep.ts'

const probeNote = 'probe'

/** @param folder - Of the station. */
export function upkeep(station: Station, folder: string): Upkeep {
  const { store, clock } = station
  return {
    sweep: (task = quietTask) => sweep(station, task),
    purge: (filter, by, task = quietTask) => purge(station, filter, by, task),
    forgetPerson: (name, by) => forgetPerson(station, name, by),
    backup: (to, task = quietTask) => backup(station, to, task),
    async probe() {
      await notes(station).write(probeNote, clock().toISOString())
      const path = join(folder, `.probe-${randomUUID()}`)
      try {
        await writeFile(path, Buffer.alloc(4096))
        await rm(path)
      } catch (error) {
        throw asStorageError(folder, error)
      }
    },
    storage: () => storageUse(store.reads),
  }
}
