/** A plan as it leaves the program. */
import { type Plan, type PlanPoint, planSchema } from '../../src/wire/plan.ts'

const point = (
  units: number,
  now: number,
  [auroc, escaped, overkill]: readonly [number, number, number],
  isMeasured: boolean,
): PlanPoint => ({
  ...{ units, more: units - now, isMeasured, supports: isMeasured ? 6 : 0 },
  auroc: { value: auroc, ci: [Number((auroc - 0.03).toFixed(3)), auroc + 0.02], width: 0.05 },
  escapeRate: { value: escaped, ci: [escaped - 0.03, escaped + 0.04], width: 14 / units },
  overkillRate: { value: overkill, ci: [overkill - 0.03, overkill + 0.03], width: 10 / units },
})
const check = {
  law: { floor: 0.03, factor: 0.5, exponent: 0.6 },
  heldBack: [{ from: 40, to: 80, told: 0.925, measured: 0.92 }],
  missPerDoubling: 0.1,
}
const proof = (bound: number, parts: readonly number[], rate: number): Plan['proofs']['escape'] => ({
  ...{ bound, confidence: 0.95, rate, expected: null },
  parts: parts.map((many, wrong) => ({ wrong, parts: many })),
})

export const planFixture: Plan = planSchema.parse({
  plumbline: '0.2.0',
  createdAt: '2026-01-01T00:00:00.000Z',
  command: 'plumbline plan <parts>',
  seed: 0,
  dataset: {
    ...{ path: '/data/<parts>', layout: 'folders', images: { nominal: 120, anomalous: 60 } },
    ...{ parts: 180, partsKnown: false, fingerprint: 'sha256:0', failures: [] },
  },
  detector: { id: 'patchcore', options: {} },
  backbone: { id: 'plumb-s', weights: 'sha256:1' },
  input: { width: 256, height: 256, fit: 'pad' },
  protocol: {
    ...{ folds: 3, draws: 2, unit: 'image', level: 'image', threshold: { policy: 'youden' } },
    ...{ merged: true, minTrain: 0.5 },
  },
  answer: [
    'With 80 more good photographs image AUROC would be 0.960; more would change little.',
    'To prove it.',
  ],
  nominal: {
    now: 80,
    points: [
      point(10, 80, [0.7, 0.3, 0.2], true),
      point(20, 80, [0.8, 0.22, 0.15], true),
      point(40, 80, [0.88, 0.16, 0.1], true),
      {
        ...point(80, 80, [0.92, 0.12, 0.075], true),
        auroc: { value: 0.92, ci: [0.89, 0.94], width: 0.05 },
      },
      { ...point(160, 80, [0.96, 0.08, 0.06], false), auroc: { value: 0.96, ci: [0.94, 0.97], width: 0.03 } },
      point(320, 80, [0.963, 0.07, 0.055], false),
    ],
    imagesPerUnit: 1,
    checks: { auroc: check, escapeRate: check, overkillRate: check },
    advice: { kind: 'more', more: 80, isUncertain: false },
  },
  defective: {
    now: 60,
    points: [
      point(30, 60, [0.92, 0.13, 0.08], true),
      point(60, 60, [0.92, 0.12, 0.075], true),
      point(120, 60, [0.92, 0.115, 0.07], false),
    ],
  },
  proofs: { escape: proof(0.01, [299, 473, 628], 0.12), overkill: proof(0.05, [59, 93, 124], 0.075) },
  seconds: 12,
  environment: { node: 'v20', onnxruntime: '1', device: 'cpu', threads: 2 },
} satisfies Plan)
