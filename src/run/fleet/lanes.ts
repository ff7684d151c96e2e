/**
 * Who works with whom: submitters and workers of one version of the program and of the runtime share a lane, a queue of its own. The
 * store knows every lane there has been, so that a stranger is told from an empty house.
 */
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { removeIfEmpty } from '../../files/tidy-folder.ts'
import { runtimeVersion } from '../../graph/index.ts'
import { version } from '../../version.ts'
import { laneOf } from '../../work/making.ts'
import type { Store } from '../../work/store.ts'

/** Of this process. */
export const laneHere = (): string => laneOf({ plumbline: version, onnxruntime: runtimeVersion() })

const keyOf = (lane: string): string => `fleet/${lane}.json`

/**
 * Said anew by everybody who comes: whoever cannot write to the store is told before any work.
 *
 * @throws {InputError} The store cannot be written.
 */
export async function announceLane(store: Store, lane: string): Promise<void> {
  await store.put(keyOf(lane), new TextEncoder().encode(`${JSON.stringify({ lane })}\n`))
}

/** Of a store that was made for a trial: what was announced is taken back. */
export async function forgetLane(folder: string, lane: string): Promise<void> {
  const path = join(folder, ...keyOf(lane).split('/'))
  await rm(path, { force: true })
  await removeIfEmpty(dirname(path))
}

export async function otherLanes(store: Store, own: string): Promise<readonly string[]> {
  const lanes: string[] = []
  for await (const key of store.list('fleet/')) {
    const lane = /^fleet\/(.+)\.json$/.exec(key)?.[1]
    if (lane !== undefined && lane !== own) lanes.push(lane)
  }
  return lanes.sort()
}
