/** A detector that can be worked out by hand: the score is the mean grey level of the picture, the map its grey levels. */
import { z } from 'zod'
import type {
  Detector,
  DetectorMethod,
  ImageRef,
  Outcome,
  Scored,
  Vision,
} from '../../src/detector/detector.ts'
import { InputError, ModelError } from '../../src/errors.ts'
import type { PreparedImage } from '../../src/image/image.ts'
import type { Task } from '../../src/task.ts'

export const options = z.strictObject({ offset: z.number().default(0) })
export type FakeOptions = z.infer<typeof options>

export interface FakeDetector extends Detector {
  /** Images scored so far, and lists they came in. */
  readonly seen: { images: number; lists: number; closed: number; atOnce: number; mostAtOnce: number }
}

const fileName = 'mean.bin'

export function fakeDetector(offset = 0): FakeDetector {
  const seen = { images: 0, lists: 0, closed: 0, atOnce: 0, mostAtOnce: 0 }
  return {
    seen,
    async *score(refs: readonly ImageRef[], vision: Vision, task: Task): AsyncGenerator<Outcome<Scored>> {
      seen.lists++
      for await (const outcome of vision.images(refs, task)) {
        seen.images++
        seen.mostAtOnce = Math.max(seen.mostAtOnce, ++seen.atOnce)
        await new Promise(setImmediate)
        seen.atOnce--
        yield outcome.ok ? { ...outcome, value: scoreOf(outcome.value, offset) } : outcome
      }
    },
    save: () => new Map([[fileName, new TextEncoder().encode(`mean-grey ${offset}\n`)]]),
    async close() {
      seen.closed++
    },
  }
}

function scoreOf({ width, height, data, frame }: PreparedImage, offset: number): Scored {
  const grey = Float32Array.from({ length: width * height }, (_, i) => data[3 * i]! + offset)
  const { x, y, width: cols, height: rows } = frame.content
  const isInside = (i: number): boolean => {
    const [col, row] = [i % width, Math.floor(i / width)]
    return col >= x && col < x + cols && row >= y && row < y + rows
  }
  const inside = grey.filter((_, i) => isInside(i))
  return {
    score: inside.reduce((sum, value) => sum + value, 0) / inside.length,
    map: () => ({ width, height, data: grey.map((value, i) => (isInside(i) ? value : 0)) }),
    frame,
  }
}

/** Learns nothing; `fit` looks at every image all the same. */
export const meanGrey: DetectorMethod<FakeOptions> = {
  id: 'mean-grey',
  version: 1,
  title: 'Mean grey level',
  options,
  stages: () => [],
  async fit({ samples, vision, task }, { offset }) {
    for await (const outcome of vision.images(samples, task)) {
      if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
    }
    return fakeDetector(offset)
  },
  async load(files) {
    const text = new TextDecoder().decode(files.get(fileName))
    const [, offset] = /^mean-grey (-?[\d.]+)\n$/.exec(text) ?? []
    if (offset === undefined) throw new ModelError(fileName, 'is no file of mean-grey')
    return fakeDetector(Number(offset))
  },
}
