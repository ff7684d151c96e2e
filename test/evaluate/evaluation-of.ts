/** An `Evaluation` around simulated folds, for tests of what reads one. */
import { aggregate } from '../../src/evaluate/aggregate.ts'
import type { FoldResult, FoldSettings } from '../../src/evaluate/evaluate-fold.ts'
import type { RunData } from '../../src/evaluate/paired-folds.ts'
import { createRandom } from '../../src/math/random.ts'
import { type Evaluation, evaluationSchema } from '../../src/wire/evaluation.ts'

export function evaluationOf(results: readonly FoldResult[], settings: FoldSettings): Evaluation {
  return evaluationSchema.parse({
    plumbline: '0.1.0',
    createdAt: '2026-01-01T00:00:00Z',
    seed: 0,
    dataset: {
      path: '/data',
      layout: 'folders',
      images: { nominal: 120, anomalous: 60 },
      parts: 180,
      partsKnown: settings.partsKnown,
      fingerprint: 'sha256:0',
      failures: [],
    },
    detector: { id: 'simulated', options: {} },
    backbone: { id: 'none', weights: 'sha256:0' },
    input: { width: 1, height: 1, fit: 'pad' },
    protocol: {
      folds: results.length,
      unit: settings.unit,
      scheme: 'random',
      minTrain: 0.5,
      threshold: { policy: 'midpoint' },
      merge: { mode: 'auto', merged: true, pValue: null, effect: null, reason: 'no nominal test set' },
      partScore: 'max',
      prevalence: settings.prevalence,
      prevalenceStated: true,
      costEscape: settings.costEscape,
      costOverkill: settings.costOverkill,
      partialFpr: settings.partialFpr,
      satOut: { nominal: 0, anomalous: 0 },
    },
    ...aggregate(results, settings, createRandom(0)),
    subgroups: [],
    findings: [],
    seconds: 1,
    environment: { node: '20', onnxruntime: '1', device: 'cpu', threads: 1 },
  })
}

export function runOf(
  name: string,
  run: { results: readonly FoldResult[]; settings: FoldSettings },
): RunData {
  return {
    name,
    evaluation: evaluationOf(run.results, run.settings),
    scores: run.results.flatMap((result) => result.scoreRows),
  }
}
