/**
 * Limits of the guardrails on a model, from both sides: what lies exactly at one is on the side that the limit says, what lies
 * just beyond is not.
 */
import { describe, expect, it } from 'vitest'
import type { Sample } from '../../../src/dataset/sample.ts'
import type { FoldResult } from '../../../src/evaluate/evaluate-fold.ts'
import type { Answer, Guardrail } from '../../../src/guardrail/contract.ts'
import { aurocMisleading } from '../../../src/guardrail/model/auroc-misleading.ts'
import { backgroundReliance } from '../../../src/guardrail/model/background/background-reliance.ts'
import type { EvaluatedRun } from '../../../src/guardrail/model/evaluated-run.ts'
import type { FittedRun, JudgedImage } from '../../../src/guardrail/model/fitted-run.ts'
import { localisationConcordance } from '../../../src/guardrail/model/localisation-concordance.ts'
import type { Perturbation } from '../../../src/guardrail/model/robustness/perturbation.ts'
import { robustness } from '../../../src/guardrail/model/robustness/robustness.ts'
import { scoreSaturation } from '../../../src/guardrail/model/score-saturation.ts'
import { selectionLeakage } from '../../../src/guardrail/model/selection-leakage.ts'
import { silhouetteMap } from '../../../src/guardrail/model/silhouette-map.ts'
import { holm, subgroupWorst } from '../../../src/guardrail/model/subgroup-worst.ts'
import { fitFrame } from '../../../src/image/frame.ts'
import type { Mask } from '../../../src/image/image.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'
import type { Estimate } from '../../../src/wire/evaluation.ts'
import { sample, samples } from '../../evaluate/samples.ts'
import { shifted } from '../../evaluate/simulated-run.ts'
import { fakeVision } from '../../helpers/fake-vision.ts'
import { evaluated } from './evaluated.ts'
import { away, fitted, type Scene, side } from './fitted.ts'

const hair = 1e-9
const kindOf = ({ kind }: Answer): Answer['kind'] => kind
async function ask<Context>(guardrail: Guardrail<Context>, context: Context): Promise<Answer['kind']> {
  return kindOf(await guardrail.run(context, quietTask))
}

describe('auroc.misleading', () => {
  const run = evaluated(samples(60, 30), shifted(2))
  const estimate = (mean: number, ci: Estimate['ci'] = [mean, mean]): Estimate =>
    ({ mean, ci, perFold: [mean] }) as Estimate
  /** Nothing is wrong, but for what is told. */
  const told = (
    metrics: Partial<EvaluatedRun['evaluation']['metrics']['image']>,
    protocol: Partial<EvaluatedRun['evaluation']['protocol']> = {},
  ): EvaluatedRun => ({
    ...run,
    evaluation: {
      ...run.evaluation,
      protocol: { ...run.evaluation.protocol, prevalence: 0.5, costEscape: 1, costOverkill: 1, ...protocol },
      metrics: {
        ...run.evaluation.metrics,
        part: null,
        image: {
          ...run.evaluation.metrics.image,
          auroc: estimate(0.95),
          sensitivity: estimate(1),
          overkillRate: estimate(0),
          costPer1000: estimate(0),
          ...metrics,
        },
      },
    },
  })

  it('width of the interval', async () => {
    expect(await ask(aurocMisleading, told({ auroc: estimate(0.1, [0, 0.2]) }))).toBe('passed')
    expect(await ask(aurocMisleading, told({ auroc: estimate(0.1, [0, 0.2 + hair]) }))).toBe('found')
  })

  it('most of what is rejected may be good, by a hair', async () => {
    const half = (overkill: number, auroc = 0.95) =>
      told({ auroc: estimate(auroc), sensitivity: estimate(0.5), overkillRate: estimate(overkill) })
    expect(await ask(aurocMisleading, half(0.5))).toBe('passed')
    expect(await ask(aurocMisleading, half(0.5 + hair))).toBe('found')
    expect(await ask(aurocMisleading, half(0.9, 0.9))).toBe('found') // 0.9 is impressive
    expect(await ask(aurocMisleading, half(0.9, 0.9 - hair))).toBe('passed')
  })

  it('what it costs to reject, or to pass, everything', async () => {
    const costs = (cost: number) => told({ costPer1000: estimate(cost) }, { costEscape: 2 })
    expect(await ask(aurocMisleading, costs(500))).toBe('passed')
    expect(await ask(aurocMisleading, costs(500 + hair))).toBe('found')
  })
})

describe('score.saturation', () => {
  const run = evaluated(samples(60, 30), shifted(2))
  /** One fold of units of their own. */
  const judged = (scores: readonly number[], labels: readonly number[]): EvaluatedRun => ({
    ...run,
    results: [
      {
        image: {
          rows: {
            inference: {
              ids: [],
              samples: [],
              scores: Float64Array.from(scores),
              labels: Uint8Array.from(labels),
              clusters: scores.map((_, i) => `u${i}`),
            },
          },
        },
      } as unknown as FoldResult,
    ],
  })
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)

  it('tied pairs', async () => {
    // Ten of either label; each pair in the middle that shares a score is one of a hundred.
    const tied = (pairs: number) =>
      judged(
        upTo(20).map((i) => (i >= 10 && i < 10 + pairs ? i - 5 : i)),
        upTo(20).map((i) => Number(i >= 10)),
      )
    expect(await ask(scoreSaturation, tied(1))).toBe('passed')
    expect(await ask(scoreSaturation, tied(2))).toBe('found')
  })

  it.each([-1, 1])('piles at an end, side %i', async (end) => {
    const piled = (count: number, of: number) =>
      judged(
        upTo(of).map((i) => end * (i < count ? of : i - count)),
        upTo(of).map(() => 0),
      )
    expect(await ask(scoreSaturation, piled(3, 60))).toBe('passed') // a twentieth
    expect(await ask(scoreSaturation, piled(4, 60))).toBe('found')
    expect(await ask(scoreSaturation, piled(2, 20))).toBe('passed') // two are no pile
    expect(await ask(scoreSaturation, piled(3, 20))).toBe('found')
  })

  it('scores that single precision cannot part are one', async () => {
    const close = (apart: number) =>
      judged(
        upTo(20).map((i) => (i === 19 ? 1 : i === 18 ? 1 - apart : i === 17 ? 1 - 2 * apart : i / 100)),
        upTo(20).map(() => 0),
      )
    expect(await ask(scoreSaturation, close(2.3e-7))).toBe('found')
    expect(await ask(scoreSaturation, close(2.5e-7))).toBe('passed')
  })
})

describe('selection.leakage', () => {
  it('counts a run that is as good as the best one of many', async () => {
    const run = evaluated(samples(60, 30), shifted(2), { folds: 2 })
    const own = run.evaluation.metrics.image.auroc.perFold
    const sibling = (aurocPerFold: readonly (number | null)[]) => ({
      name: 'other',
      what: 'other',
      isOnSameFolds: true,
      aurocPerFold,
    })
    const siblings = [sibling(own), sibling([0.5, 0.5])]
    expect(await ask(selectionLeakage, { ...run, siblings })).toBe('found')
    const better = sibling(own.map((value) => value! + hair))
    expect(await ask(selectionLeakage, { ...run, siblings: [better, ...siblings] })).toBe('passed')
  })

  it('allows a threshold to differ by rounding, and no more', async () => {
    const run = evaluated(samples(60, 30), shifted(2), { folds: 2 })
    const moved = (share: number) => ({
      ...run,
      evaluation: {
        ...run.evaluation,
        folds: run.evaluation.folds.map((fold) => ({ ...fold, threshold: fold.threshold! * (1 + share) })),
      },
    })
    expect(await ask(selectionLeakage, moved(0.9e-9))).toBe('passed')
    expect(await ask(selectionLeakage, moved(1.1e-9))).toBe('found')
  })
})

describe('subgroup.worst', () => {
  /** A thousand defects of either kind, of which so many dents and no scratches pass. */
  const escaped = (dents: number): EvaluatedRun => {
    const all: Sample[] = Array.from({ length: 2000 }, (_, i) =>
      sample(`a${i}`, 'anomalous', { defect: i < 1000 ? 'dent' : 'scratch' }),
    )
    const inference = {
      ids: all.map(({ id }) => id),
      clusters: all.map(({ id }) => id),
      scores: Float64Array.from(all, (_, i) => (i < dents ? 0 : 1)),
      labels: new Uint8Array(2000).fill(1),
      samples: all.map((each) => [each]),
    }
    const results = [{ image: { threshold: 0.5, rows: { inference } } } as unknown as FoldResult]
    return { ...evaluated(samples(60, 30), shifted(2)), results }
  }

  it('difference of the rates', async () => {
    expect(await ask(subgroupWorst, escaped(50))).toBe('found')
    expect(await ask(subgroupWorst, escaped(49))).toBe('passed')
  })

  it('level', () => {
    expect(holm([{ pValue: 0.01 }])).toEqual([])
    expect(holm([{ pValue: 0.01 - hair }])).toHaveLength(1)
    expect(holm([{ pValue: 0.005 }, { pValue: 1 }])).toEqual([])
    expect(holm([{ pValue: 0.005 - hair }, { pValue: 1 }])).toHaveLength(1)
  })
})

const scene = (label: 'nominal' | 'anomalous', more: Partial<Scene> = {}) => ({
  label,
  scene: { background: 60, disc: 160, x: side / 2, y: side / 2, defect: label === 'anomalous', ...more },
})

describe('background.reliance', () => {
  it('seven pairs, not six', async () => {
    const tied = (count: number) =>
      fitted({
        scenes: [
          ...Array.from({ length: count }, () => scene('nominal')),
          ...Array.from({ length: count }, () => scene('anomalous', { background: 250, defect: false })),
        ],
        look: away(60, 160),
        threshold: 30,
      })
    expect(await ask(backgroundReliance, await tied(6))).toBe('skipped')
    expect(await ask(backgroundReliance, await tied(7))).toBe('found') // 2^-7 < 0.01
  })
})

describe('localisation.concordance', () => {
  const size = { width: 64, height: 64 }
  const frame = fitFrame(size, size, 'pad')
  const mask: Mask = { ...size, data: Uint8Array.from({ length: 64 * 64 }, (_, i) => Number(i < 2)) }
  /** Defective images, `rejected` of them, `hits` of those for the defect; and good ones that all pass. */
  const judged = (defective: number, rejected: number, hits: number): FittedRun => {
    const image = (label: 'nominal' | 'anomalous', i: number): JudgedImage => ({
      sample: sample(`${label}-${i}`, label),
      unit: `${label}-${i}`,
      score: 0,
      isRejected: label === 'anomalous' && i < rejected,
      frame,
      peak: i < hits ? { x: 0, y: 0 } : { x: 63, y: 63 },
      map: { width: 1, height: 1, data: new Float32Array(1) },
      step: 64,
    })
    return {
      judged: [
        ...Array.from({ length: 20 }, (_, i) => image('nominal', i)),
        ...Array.from({ length: defective }, (_, i) => image('anomalous', i)),
      ],
      threshold: 0,
      fold: 0,
      defectMask: () => mask,
      evaluation: { metrics: { pixel: null, image: { auroc: { mean: 0.9 } } } },
    } as unknown as FittedRun
  }

  it('half of what is rejected must be rejected for the defect, as far as the interval says', async () => {
    // Clopper and Pearson: of 100, the upper bound is 0.4926 at 39 and 0.5028 at 40.
    expect(await ask(localisationConcordance, judged(100, 100, 39))).toBe('found')
    expect(await ask(localisationConcordance, judged(100, 100, 40))).toBe('passed')
  })

  it('eight rejected units, and a fifth more rejections than false alarms', async () => {
    expect(await ask(localisationConcordance, judged(8, 7, 7))).toBe('skipped')
    expect(await ask(localisationConcordance, judged(8, 8, 8))).toBe('passed')
    expect(await ask(localisationConcordance, judged(50, 10, 10))).toBe('passed')
    expect(await ask(localisationConcordance, judged(51, 10, 10))).toBe('skipped')
  })
})

describe('robustness', () => {
  /** A change that makes the first `count` good parts of a run look defective; the background tells which part it is. */
  const changing = (count: number): Perturbation => ({
    name: 'light',
    question: 'Does it mind?',
    axis: 'dose',
    expected: 1,
    doses: [
      {
        value: 1,
        words: 'changed',
        apply: (image) =>
          image.data[0]! < count ? { ...image, data: new Uint8Array(image.data.length).fill(255) } : image,
      },
    ],
    remedy: 'None.',
  })
  const of = async (good: number): Promise<FittedRun> => {
    const size = { width: 8, height: 8 }
    const all = [
      ...Array.from({ length: good }, (_, i) => sample(`n${i}`, 'nominal')),
      sample('a200', 'anomalous'),
    ]
    const vision = fakeVision((path) => Number(/\d+$/.exec(path)![0]), size)
    const frame = fitFrame(size, size, 'pad')
    const detector: FittedRun['detector'] = {
      async *score(refs, from, task) {
        for await (const outcome of from.images(refs, task)) {
          if (!outcome.ok) throw new Error(outcome.error)
          const score = Number(outcome.value.data[0]! >= 200)
          const map = () => ({ ...size, data: new Float32Array(64) })
          yield { ok: true, path: outcome.path, value: { score, map, frame } } as const
        }
      },
      save: () => new Map(),
      close: async () => {},
    }
    const judged = all.map(
      (each): JudgedImage => ({
        sample: each,
        unit: each.id,
        score: Number(each.label === 'anomalous'),
        isRejected: each.label === 'anomalous',
        frame,
        peak: { x: 0, y: 0 },
        map: { width: 1, height: 1, data: new Float32Array(1) },
        step: 8,
      }),
    )
    return {
      judged,
      threshold: 0.5,
      fold: 0,
      detector,
      vision,
      held: vision,
      images: 1000,
      randomOf: (name: string) => createRandom(0, name),
    } as unknown as FittedRun
  }

  it('six more rejected parts are more than chance, five are not', async () => {
    expect(await ask(robustness(changing(5)), await of(12))).toBe('passed') // 2^-5 = 0.031
    expect(await ask(robustness(changing(6)), await of(12))).toBe('found') // 2^-6 = 0.016 < 0.02
  })

  it('a rise of five in a hundred', async () => {
    expect(await ask(robustness(changing(8)), await of(160))).toBe('found')
    expect(await ask(robustness(changing(8)), await of(161))).toBe('passed')
  })

  it('asks six parts that pass, not five', async () => {
    expect(await ask(robustness(changing(0)), await of(5))).toBe('skipped')
    expect(await ask(robustness(changing(0)), await of(6))).toBe('passed')
  })
})

describe('silhouette.map', () => {
  const cells = 16
  const size = { width: cells, height: cells }
  const frame = fitFrame(size, size, 'pad')
  /** `moving` of 256 cells show the object in every other picture; the map of each correlates with that by `r`. */
  const tracing = (r: number, moving = 128, count = 16): FittedRun => {
    const isMoving = (cell: number) => cell < moving
    const share = moving / 256
    const along = (cell: number) => ((isMoving(cell) ? 1 : 0) - share) / Math.sqrt(share * (1 - share))
    const across = (cell: number) => (cell % 2 === 0 ? 1 : -1) // of mean 0 in either kind of cells
    const data = Float32Array.from({ length: 256 }, (_, cell) =>
      Math.fround(r * along(cell) + Math.sqrt(1 - r * r) * across(cell)),
    )
    const judged = Array.from(
      { length: count },
      (_, i): JudgedImage => ({
        sample: sample(`n${i}`, 'nominal'),
        unit: `n${i}`,
        score: 0,
        isRejected: false,
        frame,
        peak: { x: 0, y: 0 },
        map: { ...size, data },
        step: 1,
      }),
    )
    const find: Exclude<FittedRun['objects'], string>['find'] = async ({ sample: { id } }) => ({
      ...size,
      data: Uint8Array.from({ length: 256 }, (_, cell) =>
        Number(!isMoving(cell) || Number(id.slice(1)) % 2 === 0),
      ),
    })
    return {
      judged,
      objects: { areGiven: true, find },
      held: fakeVision(undefined, size),
    } as unknown as FittedRun
  }

  it('correlation with where objects vary', async () => {
    expect(await ask(silhouetteMap, tracing(0.5 - 1e-5))).toBe('passed')
    expect(await ask(silhouetteMap, tracing(0.5 + 1e-5))).toBe('found')
  })

  it('parts that lie still trace nothing', async () => {
    expect(await ask(silhouetteMap, tracing(0.9, 64))).toBe('found') // a quarter of the support varies
    expect(await ask(silhouetteMap, tracing(0.9, 62))).toBe('passed')
  })

  it('ten pictures, not nine', async () => {
    expect(await ask(silhouetteMap, tracing(0.9, 128, 9))).toBe('skipped')
    expect(await ask(silhouetteMap, tracing(0.9, 128, 10))).toBe('found')
  })
})
