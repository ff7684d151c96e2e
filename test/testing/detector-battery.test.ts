/** The battery passes a method that keeps the contract, and names what another breaks. */
import { afterAll, describe, expect, it } from 'vitest'
import type { Detector, DetectorMethod, Outcome, Scored } from '../../src/detector/detector.ts'
import { detectorBattery } from '../../src/testing/detector-battery.ts'
import { type FakeOptions, fakeDetector, meanGrey } from '../inspect/fake-detector.ts'

const quick = { offset: 0 }
let fits = 0

async function failures(method: DetectorMethod<FakeOptions>): Promise<readonly string[]> {
  const { checks, close } = detectorBattery(method, quick)
  const failed: string[] = []
  for (const { name, run } of checks) {
    await run().catch(() => failed.push(name))
  }
  await close()
  return failed
}

/** The method with its detectors changed. */
const changed = (change: (detector: Detector) => Partial<Detector>): DetectorMethod<FakeOptions> => {
  const apply = (detector: Detector): Detector => ({ ...detector, ...change(detector) })
  return {
    ...meanGrey,
    fit: async (input, options) => apply(await meanGrey.fit(input, options)),
    load: async (files, machine) => apply(await meanGrey.load(files, machine)),
  }
}

const withScores = (change: (value: Scored) => Scored) =>
  changed(({ score }) => ({
    async *score(refs, vision, task): AsyncGenerator<Outcome<Scored>> {
      for await (const outcome of score(refs, vision, task)) {
        yield outcome.ok ? { ...outcome, value: change(outcome.value) } : outcome
      }
    },
  }))

describe('a method from outside the program', () => {
  const { checks, close } = detectorBattery(meanGrey, quick)
  afterAll(close)
  for (const { name, run } of checks) it(name, run)
})

describe('the battery', () => {
  it.each([
    [
      'scores what has a defect above what has none',
      withScores((value) => ({ ...value, score: -value.score })),
    ],
    [
      'maps scores to pixels, and leaves the padding at 0',
      withScores((value) => ({
        ...value,
        map: () => ({ ...value.map(), data: value.map().data.map((each) => each + 1) }),
      })),
    ],
    [
      'refuses files that are missing, cut, longer, or not its own',
      { ...meanGrey, load: async () => fakeDetector() },
    ],
    ['fits the same from the same seed, 0 too', { ...meanGrey, fit: async () => fakeDetector(fits++) }],
  ] as const)('notices a method that does not keep: %s', async (name, method) => {
    expect(await failures(method)).toContain(name)
  })
})
