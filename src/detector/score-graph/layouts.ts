/**
 * Layouts at work: what a score graph makes of the place of a picture in the model's input, worked out once for each place that comes up,
 * by all detectors that look through one vision. The folds of an evaluation ask for the same places again and again.
 */
import type { Vision } from '../../backbone/vision.ts'
import { sha256 } from '../../files/hash.ts'
import {
  type CompiledGraph,
  openSession,
  type Session,
  type SessionOptions,
  type TensorData,
  tensor,
} from '../../graph/index.ts'
import type { Frame } from '../../image/image.ts'
import type { Named } from './score-graph.ts'

/** Kept for each vision: 1,700 places of PatchCore at 256x256. The oldest go. */
const mostBytes = 64 * 2 ** 20

interface Kept {
  readonly layouts: Map<string, Entry>
  bytes: number
}

interface Entry {
  readonly layout: Promise<Named<TensorData>>
  /** 0 until it is worked out. */
  bytes: number
}

const kept = new WeakMap<Vision, Kept>()

export interface Layouts {
  /**
   * The layout, its tensors named `layout.…`.
   *
   * @param frames - Of the model's input, and of each view where there are several.
   */
  of(vision: Vision, frames: readonly Frame[]): Promise<Named<TensorData>>
  close(): Promise<void>
}

/** @param graph - From `content`, `content0`, … to the layout; null where it is empty. Opened when a place is not known yet. */
export function openLayouts(graph: CompiledGraph | null, machine: SessionOptions): Layouts {
  if (graph === null) return { of: async () => ({}), async close() {} }
  const id = sha256(graph.bytes)
  let session: Promise<Session> | undefined

  const compute = async (places: readonly (readonly number[])[]): Promise<Named<TensorData>> => {
    session ??= openSession(graph, machine)
    const feeds = places.map((place, i) => [
      i === 0 ? 'content' : `content${i - 1}`,
      tensor(Float64Array.from(place), [4]),
    ])
    const found = await (await session).run(Object.fromEntries(feeds))
    return Object.fromEntries(Object.entries(found).map(([name, data]) => [`layout.${name}`, data]))
  }
  return {
    of(vision, frames) {
      const own = kept.get(vision) ?? { layouts: new Map(), bytes: 0 }
      kept.set(vision, own)
      const places = frames.map(({ content: { x, y, width, height } }) => [x, y, width, height])
      const key = `${id} ${places.join()}`
      const found = own.layouts.get(key)
      if (found !== undefined) return found.layout
      const entry: Entry = { layout: compute(places), bytes: 0 }
      own.layouts.set(key, entry)
      entry.layout.then(
        (tensors) => count(own, entry, tensors),
        () => own.layouts.delete(key), // the caller gets the error; the next one tries again
      )
      return entry.layout
    },
    async close() {
      const opened = await session?.catch(() => undefined) // one that did not open has nothing to close
      await opened?.close()
    },
  }
}

function count(own: Kept, entry: Entry, tensors: Named<TensorData>): void {
  entry.bytes = Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0)
  own.bytes += entry.bytes
  for (const [key, { bytes }] of own.layouts) {
    if (own.bytes <= mostBytes) return
    if (bytes === 0) continue
    own.layouts.delete(key)
    own.bytes -= bytes
  }
}
