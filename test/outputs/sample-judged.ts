/** Inspections as the station would have judged them. */
import type { Judged } from '../../src/wire/station/inspection.ts'

export function sampleJudged(number: number, changes: Partial<Judged> = {}): Judged {
  const hash = number.toString(16).padStart(64, '0')
  return {
    id: number.toString(16).padStart(32, '0'),
    time: '2026-11-29T08:00:00.000Z',
    source: 'http',
    outcome: 'anomalous',
    reason: null,
    part: `P-${number}`,
    lot: 'L7',
    camera: 'top',
    capturedAt: null,
    idempotencyKey: null,
    model: { name: 'line-3', fingerprint: 'f1', preparation: null },
    score: 2.5,
    thresholdStored: 2,
    thresholdUsed: 2,
    band: 1.5,
    imageHash: hash,
    images: [
      {
        hash,
        width: 64,
        height: 64,
        score: 2.5,
        regions: [{ box: [1, 2, 3, 4], area: 9, peak: 3, mean: 2 }],
      },
    ],
    latency: { total: 20, queue: 0, decode: 5, infer: 15 },
    shadowOf: null,
    ...changes,
  }
}
