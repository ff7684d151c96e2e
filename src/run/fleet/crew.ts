/** Workers as a run sees them: who does its steps, what they look at and how, and how what they need gets to them. */
import type { FileContents } from '../../backbone/file-contents.ts'
import type { ResolvedBackbone } from '../../backbone/resolve-weights.ts'
import type { Vision } from '../../backbone/vision.ts'
import type { View } from '../../detector/view/view.ts'
import { interestName } from '../../image/region-of-interest.ts'
import type { QueueRequest } from '../../options/queue-options.ts'
import { mustGet } from '../../present.ts'
import { checkCancelled, mapConcurrent, type Task } from '../../task.ts'
import type { Making } from '../../work/making.ts'
import { putBlob } from '../../work/store.ts'
import { type Fleet, openFleet } from './fleet.ts'
import { bringWeights, type Look } from './look.ts'
import { bringFile } from './sample-ref.ts'

export interface Crew {
  readonly fleet: Fleet
  readonly look: Look
  readonly contents: FileContents
  /**
   * Puts files into the store that it does not have; each once.
   *
   * @throws {InputError} A file cannot be read, is not what it was when it was looked at, or the store cannot be written.
   * @throws {CancelledError}
   */
  bring(paths: Iterable<string>): Promise<void>
}

export interface CrewTools {
  readonly vision: Pick<Vision, 'size' | 'fit' | 'backbone'>
  readonly backbone: ResolvedBackbone
  readonly contents: FileContents
  readonly made: Making
  /** Null where whole images are looked at. */
  readonly view: View | null
  /** That models of the run take along: the region of interest is one of them. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** Files that are read, hashed and written at a time. */
const broughtTogether = 8

/** @returns Null where the work is done here. @throws As `openFleet`; {InputError} the store cannot be written. */
export async function openCrew(
  request: Partial<QueueRequest> & { readonly weights: string },
  { vision, backbone, contents, made, view, files }: CrewTools,
  task: Task,
): Promise<Crew | null> {
  const fleet = await openFleet(request, made, task)
  if (fleet === null) return null
  try {
    await bringWeights(backbone, request.weights, fleet)
    const { size, fit } = vision
    const { id, weights } = vision.backbone
    const brought = new Set<string>()
    const interest = view?.interest ? await putBlob(fleet.store, mustGet(files, interestName)) : null
    return {
      fleet,
      contents,
      look: {
        ...{ size, fit, backbone: { id, weights } },
        ...(view && { view: { tiles: view.tiles, interest } }),
      },
      async bring(paths) {
        const missing = [...new Set(paths)].filter((path) => !brought.has(path))
        const bringing = mapConcurrent(missing, broughtTogether, async (path) => {
          checkCancelled(task)
          await bringFile(path, contents, fleet.store)
          brought.add(path)
        })
        for await (const _ of bringing) {
          // each is there when it is taken
        }
      },
    }
  } catch (error) {
    await fleet.close()
    throw error
  }
}
