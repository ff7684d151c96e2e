/** A made-up run as the guardrails on an evaluation see it. */
import type { Sample } from '../../../src/dataset/sample.ts'
import type { EvaluatedRun } from '../../../src/guardrail/model/evaluated-run.ts'
import { createRandom } from '../../../src/math/random.ts'
import { evaluationOf } from '../../evaluate/evaluation-of.ts'
import { simulateRun } from '../../evaluate/simulated-run.ts'

export function evaluated(
  samples: readonly Sample[],
  score: (sample: Sample, noise: number) => number,
  options: Parameters<typeof simulateRun>[2] = {},
): EvaluatedRun {
  const run = simulateRun(samples, score, options)
  return {
    ...run,
    evaluation: evaluationOf(run.results, run.settings),
    siblings: null,
    randomOf: (name) => createRandom(options.seed ?? 0, name),
  }
}
