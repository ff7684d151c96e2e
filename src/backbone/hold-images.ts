/** A vision that decodes each picture once and keeps it: for looking at the same few pictures again and again, changed. */
import type { PreparedImage } from '../image/image.ts'
import { mustGet, present } from '../present.ts'
import type { Task } from '../task.ts'
import type { ImageRef, Outcome, Scaling, Vision } from './vision.ts'

/**
 * Memory: every prepared image ever asked for stays, 200 KB each at 256x256. Whoever uses it asks for a small sample.
 */
export function holdImages(vision: Vision): Vision {
  const held = new Map<unknown, Outcome<PreparedImage>>()
  const views = new Map<string, Vision>()
  return {
    ...vision,
    async *images(refs, task: Task) {
      const missing = refs.filter((ref) => !held.has(keyOf(ref)))
      const waiting = missing[Symbol.iterator]()
      const fresh = vision.images(missing, task)[Symbol.asyncIterator]()
      try {
        for (const ref of refs) {
          while (!held.has(keyOf(ref)))
            held.set(keyOf(present(waiting.next().value, 'an image that waits')), (await fresh.next()).value)
          yield mustGet(held, keyOf(ref))
        }
      } finally {
        await fresh.return?.()
      }
    },
    scaled(factor, scaling: Scaling = 'smooth') {
      const name = `${factor} ${scaling}`
      let view = views.get(name)
      if (view === undefined) {
        view = holdImages(vision.scaled(factor, scaling))
        views.set(name, view)
      }
      return view
    },
  }
}

/** Pictures in memory may share a name, and tiles of one picture do. */
const keyOf = ({ path, picture, crop }: ImageRef): unknown => crop ?? picture ?? path
