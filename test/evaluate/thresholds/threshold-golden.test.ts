/** Thresholds by Youden's index and by F1 equal the reference's on sets with ties and degenerate ones. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { confusionAt, f1 as f1Of } from '../../../src/evaluate/metrics/confusion.ts'
import { createChooser } from '../../../src/evaluate/thresholds/choose-threshold.ts'
import { describeWith, goldenDir } from '../../golden-dir.ts'
import { readSafetensors, values } from '../../safetensors.ts'
import { factory, settings } from './settings.ts'

describeWith(goldenDir, 'thresholds of the reference sets', () => {
  const golden = readSafetensors(join(goldenDir, 'metrics_image.safetensors'))
  const sets = [...golden.keys()].filter((key) => key.endsWith('.score')).map((key) => key.slice(0, -6))
  const rows = (set: string) =>
    [values(golden, `${set}.score`), Uint8Array.from(values(golden, `${set}.label`))] as const

  it.each(sets)('%s: Youden, the first maximum in whole numbers', (set) => {
    const [scores, labels] = rows(set)
    const { threshold } = createChooser(settings('youden'), factory)(scores, labels)
    const want = values(golden, `${set}.youden.threshold_exact`)[0]!
    // Nothing called anomalous is max + 1 there and infinity here.
    expect(threshold + 0).toBe(want > Math.max(...scores) ? Infinity : want + 0) // -0 and 0 are one threshold
  })

  it.each(sets)('%s: F1, the lowest of the best', (set) => {
    const [scores, labels] = rows(set)
    const { threshold } = createChooser(settings('f1'), factory)(scores, labels)
    expect(threshold + 0).toBe(values(golden, `${set}.f1.threshold_lowest`)[0]! + 0)
    expect(f1Of(confusionAt(scores, labels, threshold))).toBeCloseTo(values(golden, `${set}.f1.best`)[0]!, 12)
  })
})
