/** The battery of checks as tests. */
import { afterAll, describe, it } from 'vitest'
import type { DetectorMethod } from '../../src/detector/detector.ts'
import { detectorBattery } from '../../src/testing/detector-battery.ts'

/** @param quick - Options that make it quick. */
export function describeDetector<Options>(method: DetectorMethod<Options>, quick: Options): void {
  describe(`${method.id} fulfils the contract of detectors`, () => {
    const { checks, close } = detectorBattery(method, quick)
    afterAll(close)
    for (const { name, run } of checks) it(name, run)
  })
}
