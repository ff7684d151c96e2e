import { describe, expect, it } from 'vitest'
import { createChooser } from '../../../src/evaluate/thresholds/choose-threshold.ts'
import { type Answer, runGuardrails } from '../../../src/guardrail/contract.ts'
import { aurocMisleading } from '../../../src/guardrail/model/auroc-misleading.ts'
import { evaluationGuardrails } from '../../../src/guardrail/model/catalogue.ts'
import type { EvaluatedRun } from '../../../src/guardrail/model/evaluated-run.ts'
import { halve } from '../../../src/guardrail/model/redraw-halves.ts'
import { saturationOf, scoreSaturation } from '../../../src/guardrail/model/score-saturation.ts'
import { selectionLeakage } from '../../../src/guardrail/model/selection-leakage.ts'
import { holm, subgroupWorst } from '../../../src/guardrail/model/subgroup-worst.ts'
import { thresholdOptimism } from '../../../src/guardrail/model/threshold-optimism.ts'
import { thresholdStability } from '../../../src/guardrail/model/threshold-stability.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'
import { findingSchema } from '../../../src/wire/evaluation.ts'
import { samples } from '../../evaluate/samples.ts'
import { shifted, simulatedSettings } from '../../evaluate/simulated-run.ts'
import fc from '../../fast-check.ts'
import { evaluated } from './evaluated.ts'

const youden = createChooser(
  { policy: 'youden', alpha: 0.05, delta: 0.05, sigmaK: 3, reviewEscape: null },
  simulatedSettings,
)
const kinds = ['scratch', 'dent', 'stain']
const healthy = evaluated(samples(400, 200, kinds), shifted(3), {
  folds: 3,
  settings: { choose: youden, prevalence: 0.3 },
})
const few = evaluated(samples(60, 20), shifted(1.5), { settings: { choose: youden, prevalence: 0.3 } })

const ask = (guardrail: (typeof evaluationGuardrails)[number], run: EvaluatedRun): Promise<Answer> =>
  guardrail.run(run, quietTask)

async function found(guardrail: (typeof evaluationGuardrails)[number], run: EvaluatedRun) {
  const answer = await ask(guardrail, run)
  if (answer.kind !== 'found')
    throw new Error(`${guardrail.id}: expected a finding, got ${JSON.stringify(answer)}`)
  return answer.findings.map((finding) => findingSchema.parse(finding))
}

describe('guardrails on an evaluation', () => {
  it('all pass a healthy one', async () => {
    const { report } = await runGuardrails(evaluationGuardrails, healthy, quietTask)
    expect(report).toEqual({ findings: [], passed: evaluationGuardrails.map(({ id }) => id), skipped: [] })
  })

  it('finds that few parts flatter, and that their threshold jumps', async () => {
    const [optimism] = await found(thresholdOptimism, few)
    expect(optimism!.severity).toBe('warning')
    expect(optimism!.evidence.optimism).toBeGreaterThan(0.05)
    const [jump] = await found(thresholdStability, few)
    expect(jump!.evidence.spread).toBeGreaterThan(0.25)
  })

  it('says what optimism and stability lack', async () => {
    const one = { ...few, results: few.results.slice(0, 1) }
    expect(await ask(thresholdOptimism, one)).toMatchObject({
      kind: 'skipped',
      reason: expect.stringMatching(/2 folds/),
    })
    const flat = evaluated(samples(60, 20), () => 1)
    expect(await ask(thresholdStability, flat)).toMatchObject({ kind: 'skipped' })
  })

  it('names the kind of defect that escapes', async () => {
    const run = evaluated(
      samples(240, 120, kinds),
      (sample, noise) => noise + (sample.defect === 'dent' ? 0.5 : sample.label === 'anomalous' ? 5 : 0),
    )
    const [finding] = await found(subgroupWorst, run)
    expect(finding!.title).toMatch(/^Defects of the kind dent escape more often/)
  })

  it('cannot name a kind where there is one', async () => {
    const run = evaluated(samples(60, 20), shifted(3))
    expect(await ask(subgroupWorst, run)).toMatchObject({ kind: 'skipped' })
  })

  it('finds scores that pile up', async () => {
    const squeezed = evaluated(samples(120, 60), (sample, noise) =>
      Math.min(1, shifted(2)(sample, noise) / 2),
    )
    expect((await found(scoreSaturation, squeezed))[0]!.title).toMatch(/one score, the highest/)
    const rounded = evaluated(samples(120, 60), (sample, noise) => Math.round(shifted(2)(sample, noise)))
    expect((await found(scoreSaturation, rounded))[0]!.evidence.tiedPairs).toBeGreaterThan(0.01)
  })

  it('finds an AUROC that is hardly known', async () => {
    expect((await found(aurocMisleading, few))[0]!.title).toMatch(/hardly known/)
    const perfect = evaluated(samples(60, 20), shifted(100))
    expect((await found(aurocMisleading, perfect))[0]!.title).toMatch(/as low as 0\.8/)
  })

  it('finds an AUROC that hides how rare defects are, where somebody said so', async () => {
    const rare = evaluated(samples(240, 120), shifted(2.5), { settings: { prevalence: 0.001 } })
    const titles = (await found(aurocMisleading, rare)).map(({ title }) => title)
    expect(titles[0]).toMatch(/hides that most rejected images are good/)
    expect(titles[1]).toMatch(/passing every one would cost/)
    const { protocol } = rare.evaluation
    const unsaid = {
      ...rare,
      evaluation: { ...rare.evaluation, protocol: { ...protocol, prevalenceStated: false } },
    }
    expect(await ask(aurocMisleading, unsaid)).toEqual({ kind: 'passed' })
  })

  it('finds the best of many runs, but not the second best, nor runs on other folds', async () => {
    const sibling = (auroc: number, isOnSameFolds = true) => ({
      name: `runs/${auroc}`,
      what: 'patchcore on filterbank',
      isOnSameFolds,
      aurocPerFold: [auroc],
    })
    const beside = (...siblings: ReturnType<typeof sibling>[]) =>
      ask(selectionLeakage, { ...healthy, siblings })
    expect(await beside(sibling(0.6), sibling(0.7))).toMatchObject({
      kind: 'found',
      findings: [{ severity: 'warning', title: expect.stringMatching(/best of 3 runs/) }],
    })
    expect(await beside(sibling(0.6))).toEqual({ kind: 'passed' })
    expect(await beside(sibling(0.6), sibling(0.9999))).toEqual({ kind: 'passed' })
    expect(await beside(sibling(0.6, false), sibling(0.7, false))).toEqual({ kind: 'passed' })
  })

  it('finds a threshold that was changed afterwards, and units in two roles', async () => {
    const folds = healthy.evaluation.folds.map((fold) => ({ ...fold, threshold: fold.threshold! + 0.1 }))
    const changed = { ...healthy, evaluation: { ...healthy.evaluation, folds } }
    expect((await found(selectionLeakage, changed))[0]!.title).toMatch(/recorded threshold/)
    const results = healthy.results.map((result) => {
      const { unitIds } = result.plan
      return { ...result, plan: { ...result.plan, unitIds: { ...unitIds, train: unitIds.inference } } }
    })
    expect((await found(selectionLeakage, { ...healthy, results }))[0]!.severity).toBe('error')
  })
})

describe('halve', () => {
  it('keeps units whole and both labels as even as they come', () => {
    const rows = fc.array(
      fc.record({ unit: fc.integer({ min: 0, max: 9 }), label: fc.integer({ min: 0, max: 1 }) }),
      {
        minLength: 1,
        maxLength: 40,
      },
    )
    fc.assert(
      fc.property(rows, fc.nat(), (list, seed) => {
        const clusters = list.map(({ unit }) => `u${unit}`)
        const labels = Uint8Array.from(list, ({ label }) => label)
        const scores = Float64Array.from(list.keys())
        const [a, b] = halve({ clusters, labels, scores }, createRandom(seed))
        const units = (of: typeof a) => [...new Set(of.clusters)]
        expect(units(a).some((unit) => units(b).includes(unit))).toBe(false)
        expect([...a.scores, ...b.scores].sort((x, y) => x - y)).toEqual([...scores])
        const anomalous = (of: typeof a) =>
          units(of).filter((unit) => of.clusters.some((c, i) => c === unit && of.labels[i] === 1)).length
        expect(Math.abs(anomalous(a) - anomalous(b))).toBeLessThanOrEqual(1)
        expect(Math.abs(units(a).length - anomalous(a) - units(b).length + anomalous(b))).toBeLessThanOrEqual(
          1,
        )
      }),
    )
  })
})

describe('saturationOf', () => {
  it('counts what a look at every pair counts', () => {
    const rows = fc.array(
      fc.record({
        score: fc.integer({ min: 0, max: 4 }),
        label: fc.integer({ min: 0, max: 1 }),
        unit: fc.integer({ min: 0, max: 9 }),
      }),
      { minLength: 1, maxLength: 30 },
    )
    fc.assert(
      fc.property(rows, (list) => {
        const { tied } = saturationOf({
          ids: [],
          samples: [],
          scores: Float64Array.from(list, ({ score }) => score),
          labels: Uint8Array.from(list, ({ label }) => label),
          clusters: list.map(({ unit }) => `u${unit}`),
        })
        const pairs = list
          .filter(({ label }) => label === 0)
          .flatMap((a) => list.filter(({ label }) => label === 1).map((b) => [a, b] as const))
        const equal = pairs.filter(([a, b]) => a.score === b.score && a.unit !== b.unit).length
        expect(tied).toBeCloseTo(pairs.length === 0 ? 0 : equal / pairs.length, 12)
      }),
    )
  })
})

describe('holm', () => {
  it('rejects no more than uncorrected, and no less than Bonferroni', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (values) => {
        const rejected = holm(values.map((pValue) => ({ pValue }))).map(({ pValue }) => pValue)
        expect(rejected.every((p) => p < 0.01)).toBe(true)
        expect(rejected.length).toBeGreaterThanOrEqual(values.filter((p) => p * values.length < 0.01).length)
      }),
    )
  })
})
