/** A detection method that remembers what it was given, so that a test can say who may have seen which picture. */
import { z } from 'zod'
import type { Detector, DetectorMethod, FitInput, ImageRef } from '../../src/detector/detector.ts'

export interface FakeMethod extends DetectorMethod<Record<string, never>> {
  /** Paths that every fit was given, in the order of the fits. */
  readonly fits: readonly (readonly string[])[]
}

/** @param score - What a model that has learnt `learnt` says of a picture; all pixels of its map have that value. */
export function fakeMethod(score: (path: string, learnt: ReadonlySet<string>) => number): FakeMethod {
  const fits: string[][] = []
  const fitted = (learnt: ReadonlySet<string>): Detector => ({
    async *score(refs, vision, task) {
      for await (const outcome of vision.images(refs, task)) {
        if (!outcome.ok) yield outcome
        else {
          const { width, height, frame } = outcome.value
          const value = score(outcome.path, learnt)
          const data = new Float32Array(width * height).fill(value)
          yield { ...outcome, value: { score: value, map: () => ({ width, height, data }), frame } }
        }
      }
    },
    save: () => new Map([['learnt.txt', new TextEncoder().encode([...learnt].join('\n'))]]),
    close: async () => {},
  })
  return {
    id: 'fake',
    version: 1,
    title: 'A method that remembers',
    options: z.strictObject({}),
    stages: () => [],
    async fit({ samples }: FitInput) {
      const paths = samples.map(({ path }: ImageRef) => path)
      fits.push(paths)
      return fitted(new Set(paths))
    },
    load: async (files) =>
      fitted(new Set(new TextDecoder().decode(files.get('learnt.txt')).split('\n').filter(Boolean))),
    fits,
  }
}
