/** Whether a queue and a store could be worked with now: tried once, without any work. */
import { InputError } from '../../errors.ts'
import { rememberFolder } from '../../files/tidy-folder.ts'
import { quietTask } from '../../task.ts'
import { isStore, openFolderStore, unclaim } from '../../work/folder-store.ts'
import { announceLane, forgetLane, laneHere } from './lanes.ts'

/**
 * A store that is not there yet is made, and taken away again where nobody works with it.
 *
 * @returns What was found, in words.
 * @throws {UsageError} A package is missing, or the folder is no store. @throws {InputError} The queue cannot be reached or refuses the
 *   password; the store cannot be written; workers have come with another store.
 */
export async function checkFleet(queue: string, folder: string): Promise<string> {
  const lane = laneHere()
  const before = await rememberFolder(folder)
  const isNew = !(await isStore(folder))
  let isUsed = false
  try {
    const store = await openFolderStore(folder)
    await announceLane(store, lane)
    const { openEngine } = await import('../../queue/open-engine.ts')
    const engine = await openEngine(queue, lane, quietTask)
    try {
      const { workers } = await engine.census()
      const strangers = store.id === undefined ? 0 : await engine.strangersTo(store.id)
      isUsed = workers > strangers
      if (strangers > 0) throw otherStore(folder, workers, strangers)
      const hands = workers === 1 ? '1 worker of this version is' : `${workers} workers of this version are`
      return `${engine.place} answers, ${folder} can be written, ${hands} there`
    } finally {
      await engine.close()
    }
  } finally {
    if (isNew && !isUsed) {
      await forgetLane(folder, lane)
      await unclaim(folder)
    }
    await before.removeEmpty()
  }
}

function otherStore(folder: string, workers: number, strangers: number): InputError {
  const who =
    strangers === workers
      ? workers === 1
        ? 'the worker'
        : 'the workers'
      : `${strangers} of ${workers} workers`
  const have = strangers === 1 || who === 'the worker' ? 'has' : 'have'
  return new InputError(
    folder,
    `is another store than the one ${who} ${have} come with: they find no job of this station. Start them with --store and this folder, by the path that it has on their machine`,
  )
}
