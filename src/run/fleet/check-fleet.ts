/** Whether a queue and a store could be worked with now: tried once, without any work. */
import { quietTask } from '../../task.ts'
import { openFolderStore } from '../../work/folder-store.ts'
import { announceLane, laneHere } from './lanes.ts'

/**
 * @returns What was found, in words.
 * @throws {UsageError} A package is missing, or the folder is no store. @throws {InputError} The queue cannot be reached or refuses the
 *   password; the store cannot be written.
 */
export async function checkFleet(queue: string, folder: string): Promise<string> {
  const lane = laneHere()
  await announceLane(await openFolderStore(folder), lane)
  const { openEngine } = await import('../../queue/open-engine.ts')
  const engine = await openEngine(queue, lane, quietTask)
  try {
    const { workers } = await engine.census()
    const hands = workers === 1 ? '1 worker of this version is' : `${workers} workers of this version are`
    return `${engine.place} answers, ${folder} can be written, ${hands} there`
  } finally {
    await engine.close()
  }
}
