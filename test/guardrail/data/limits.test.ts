/**
 * Every limit of a guardrail on the data, from both sides: what lies exactly at it passes, what lies just beyond is found. A
 * limit that is moved, or a `>` that becomes a `>=`, fails here.
 */
import { describe, expect, it } from 'vitest'
import { unitId } from '../../../src/evaluate/units.ts'
import type { Guardrail } from '../../../src/guardrail/contract.ts'
import { aspectDistortion } from '../../../src/guardrail/data/aspect-distortion.ts'
import { balance } from '../../../src/guardrail/data/balance.ts'
import type { CheckContext } from '../../../src/guardrail/data/check-context.ts'
import { contamination } from '../../../src/guardrail/data/contamination.ts'
import { defectSize } from '../../../src/guardrail/data/defect-size.ts'
import { leakageDuplicate } from '../../../src/guardrail/data/leakage-duplicate.ts'
import { leakagePart } from '../../../src/guardrail/data/leakage-part.ts'
import { qualityBlur } from '../../../src/guardrail/data/quality-blur.ts'
import { qualityExposure } from '../../../src/guardrail/data/quality-exposure.ts'
import { qualityReflection } from '../../../src/guardrail/data/quality-reflection.ts'
import { sampleSize } from '../../../src/guardrail/data/sample-size.ts'
import { shiftNominal } from '../../../src/guardrail/data/shift-nominal.ts'
import { silhouetteVariance } from '../../../src/guardrail/data/silhouette-variance.ts'
import { packMask } from '../../../src/image/packed-mask.ts'
import { normalQuantile } from '../../../src/math/distributions.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, isAnomalous, picturesOf, type Told } from './context.ts'

/** What comes of it: `passed`, `skipped`, or the severities found. */
async function ask(guardrail: Guardrail<CheckContext>, context: CheckContext): Promise<string> {
  const answer = await guardrail.run(context, quietTask)
  return answer.kind === 'found' ? answer.findings.map(({ severity }) => severity).join() : answer.kind
}
const shares = (told: Told, of: number, usual: Told = {}, count = 100): CheckContext =>
  contextOf(picturesOf(count, (i) => (i < of ? told : usual)))
const light = (values: Told['light']): Told => ({
  light: { mean: 120, contrast: 40, sharpness: -1, ...values },
})
const hair = 1e-9

describe('quality.blur', () => {
  /** 97 pictures whose detail has a robust deviation of 1.4826 d about -1, and three of another detail. */
  const spread = (d: number, detail: number) =>
    contextOf(
      picturesOf(100, (i) =>
        light({ sharpness: i < 3 ? detail : i < 23 ? -1 : (i - 23) % 2 === 0 ? -1 + d : -1 - d }),
      ),
    )

  it.each([
    ['blur, in octaves', -1.5, -1.5 - hair],
    ['noise, in octaves', -0.65, -0.65 + hair],
  ])('%s, where the set is even', async (_, at, beyond) => {
    const even = (sharpness: number) => shares(light({ sharpness }), 3, light({}))
    expect(await ask(qualityBlur, even(at))).toBe('passed')
    expect(await ask(qualityBlur, even(beyond))).toBe('warning')
  })

  it.each([-1, 1])('4.5 robust deviations, where it is not, side %i', async (side) => {
    const d = 0.2
    const limit = 4.5 * 1.4826 * d
    expect(await ask(qualityBlur, spread(d, -1 + side * (limit - hair)))).toBe('passed')
    expect(await ask(qualityBlur, spread(d, -1 + side * (limit + hair)))).toBe('warning')
  })
})

describe('quality.exposure', () => {
  /** The grey level that is so many stops above level 127, about 120 stops being 2.2 log2 of grey levels. */
  const lit = (stops: number) => light({ mean: 128 * 2 ** (stops / 2.2) - 1 })
  const usual = lit(0)

  it('stops between the ends of the set', async () => {
    expect(await ask(qualityExposure, shares(lit(0.6 - hair), 10, usual))).toBe('passed')
    const found = await qualityExposure.run(shares(lit(0.6 + hair), 10, usual), quietTask)
    expect(found).toMatchObject({ findings: [{ evidence: { limit: 0.6 } }] })
  })

  it.each([-1, 1])('stops of single images, side %i', async (side) => {
    expect(await ask(qualityExposure, shares(lit(side * (0.6 - hair)), 3, usual))).toBe('passed')
    expect(await ask(qualityExposure, shares(lit(side * (0.6 + hair)), 3, usual))).toBe('warning')
  })

  it.each([-1, 1])('5 robust deviations, side %i', async (side) => {
    const d = 0.1
    const set = (stops: number) =>
      contextOf(picturesOf(100, (i) => lit(i < 3 ? stops : i < 23 ? 0 : (i - 23) % 2 === 0 ? d : -d)))
    const limit = 5 * 1.4826 * d
    expect(await ask(qualityExposure, set(side * (limit - hair)))).toBe('passed')
    expect(await ask(qualityExposure, set(side * (limit + hair)))).toBe('warning')
  })

  it.each(['black', 'white'])('share that is clipped %s', async (end) => {
    const clipped = (share: number, plain: number) =>
      shares(light({ [end]: share }), 3, light({ [end]: plain }))
    expect(await ask(qualityExposure, clipped(0.05, 0))).toBe('passed')
    expect(await ask(qualityExposure, clipped(0.05 + hair, 0))).toBe('warning')
    // A fifth of the median image is background, and no fault where there is more of it.
    expect(await ask(qualityExposure, clipped(0.9, 0.2))).toBe('passed')
    expect(await ask(qualityExposure, clipped(0.9, 0.2 - hair))).toBe('warning')
  })
})

describe('quality.reflection', () => {
  it('share of the picture', async () => {
    expect(await ask(qualityReflection, shares(light({ glare: 0.005 }), 3))).toBe('passed')
    expect(await ask(qualityReflection, shares(light({ glare: 0.005 + hair }), 3))).toBe('warning')
  })

  it('5 robust deviations', async () => {
    const d = 0.01
    const set = (glare: number) =>
      contextOf(
        picturesOf(100, (i) =>
          light({ glare: i < 3 ? glare : i < 23 ? 0.1 : (i - 23) % 2 === 0 ? 0.1 + d : 0.1 - d }),
        ),
      )
    const limit = 0.1 + 5 * 1.4826 * d
    expect(await ask(qualityReflection, set(limit - hair))).toBe('passed')
    expect(await ask(qualityReflection, set(limit + hair))).toBe('warning')
  })
})

describe.each([
  ['quality.blur', qualityBlur, { sharpness: -9 }],
  ['quality.exposure', qualityExposure, { mean: 5 }],
  ['quality.reflection', qualityReflection, { glare: 0.5 }],
] as const)('%s', (_, guardrail, faulty) => {
  it('speaks of more than one image in fifty', async () => {
    expect(await ask(guardrail, shares(light(faulty), 2, light({})))).toBe('passed')
    expect(await ask(guardrail, shares(light(faulty), 3, light({})))).toBe('warning')
  })

  it('asks ten images, not nine', async () => {
    expect(await ask(guardrail, shares({}, 0, light({}), 9))).toBe('skipped')
    expect(await ask(guardrail, shares({}, 0, light({}), 10))).toBe('passed')
  })
})

describe('aspect.distortion', () => {
  const shaped = (fit: CheckContext['input']['fit'], ...sizes: readonly [number, number][]) =>
    contextOf(
      picturesOf(100, (i) => {
        const [width, height] = sizes[i % sizes.length]!
        return { width, height }
      }),
      { input: { size: { width: 256, height: 256 }, fit, cell: 8 } },
    )

  it('stretch that differs from image to image', async () => {
    expect(await ask(aspectDistortion, shaped('stretch', [1000, 1000], [1199, 1000]))).toBe('passed')
    expect(await ask(aspectDistortion, shaped('stretch', [1000, 1000], [1201, 1000]))).toBe('error')
  })

  it.each([
    [
      [1499, 1000],
      [1501, 1000],
    ],
    [
      [1000, 1499],
      [1000, 1501],
    ],
  ] as const)('stretch common to all: %s passes, %s is found', async (at, beyond) => {
    expect(await ask(aspectDistortion, shaped('stretch', [...at]))).toBe('passed')
    expect(await ask(aspectDistortion, shaped('stretch', [...beyond]))).toBe('warning')
  })

  it('what a crop cuts off', async () => {
    expect(await ask(aspectDistortion, shaped('crop', [1250, 1000]))).toBe('passed')
    expect(await ask(aspectDistortion, shaped('crop', [1260, 1000]))).toBe('warning')
  })

  it('a defect of which a crop leaves half', async () => {
    const cut = (share: number) =>
      contextOf(
        picturesOf(20, () => ({ sample: isAnomalous, defect: { pixels: 900, regions: [900], cut: share } })),
        { input: { size: { width: 256, height: 256 }, fit: 'crop', cell: 8 } },
      )
    expect(await ask(aspectDistortion, cut(0.5))).toBe('passed')
    expect(await ask(aspectDistortion, cut(0.5 + hair))).toBe('error')
  })

  it('what padding leaves empty', async () => {
    expect(await ask(aspectDistortion, shaped('pad', [200, 100]))).toBe('passed')
    expect(await ask(aspectDistortion, shaped('pad', [203, 100]))).toBe('info')
  })
})

describe('balance', () => {
  const kinds = (rare: number) =>
    contextOf(
      picturesOf(40, (i) => ({ sample: { label: 'anomalous', defect: i < rare ? 'dent' : 'scratch' } })),
    )
  const column = (values: number, filled = 100) =>
    contextOf(
      picturesOf(1000, (i) => ({
        sample: { attributes: i < 10 * filled ? { lot: String(i % values) } : {} },
      })),
    )

  it('units of a kind', async () => {
    expect(await ask(balance, kinds(10))).toBe('passed')
    expect(await ask(balance, kinds(9))).toBe('warning')
  })

  it('values of a column that is a grouping, and how many images have one', async () => {
    expect(await ask(balance, column(24))).toBe('passed')
    expect(await ask(balance, column(25))).toBe('skipped')
    expect(await ask(balance, column(2, 50))).toBe('passed')
    expect(await ask(balance, column(2, 49.9))).toBe('skipped')
  })
})

describe('contamination', () => {
  /** 59 usual images whose logarithm has a 16 % quantile one below the median, and one image at `log`. */
  const scored = (log: number, count = 60) => {
    const logs = Array.from({ length: count - 1 }, (_, i) => (i % 3) - 1)
    const scores = [...logs, log].map(Math.exp)
    return contextOf(picturesOf(count), {
      outlierScores: async () => ({ pictures: scores.map((_, i) => i), scores }),
    })
  }
  /** Median 0, spread 1.9 / 0.9945 (the normal 16 % quantile); one in 60 is picked at p <= 0.1 / 60. */
  const limit = (1.9 / 0.9945) * normalQuantile(1 - 0.1 / 60)

  it('strangeness of a single image', async () => {
    expect(await ask(contamination, scored(limit - 1e-6))).toBe('passed')
    expect(await ask(contamination, scored(limit + 1e-6))).toBe('warning')
  })

  it('asks thirty images, not twenty-nine', async () => {
    expect(await ask(contamination, scored(0, 29))).toBe('skipped')
    expect(await ask(contamination, scored(0, 30))).toBe('passed')
  })
})

describe('defect.size', () => {
  const sized = (small: number, area: number) =>
    contextOf(
      picturesOf(100, (i) => ({
        sample: isAnomalous,
        defect: { pixels: 900, regions: i < small ? (area === 0 ? [] : [area]) : [400], cut: 0 },
      })),
    )

  it('a feature cell', async () => {
    expect(await ask(defectSize, sized(50, 64))).toBe('passed') // 8 x 8
    expect(await ask(defectSize, sized(50, 63))).toBe('warning')
  })

  it('one small defect in ten', async () => {
    expect(await ask(defectSize, sized(10, 63))).toBe('passed')
    expect(await ask(defectSize, sized(11, 63))).toBe('warning')
    expect(await ask(defectSize, sized(1, 0))).toBe('info')
  })
})

describe('leakage.duplicate', () => {
  const pair = (likeness: number, one: Told['light'] = {}, apart?: number) => {
    const pictures = picturesOf(40, (i) => light(i === 1 ? one : {}))
    return contextOf(pictures, {
      groups: async () => ({
        groups: [],
        pairs: [{ a: 0, b: 1, likeness, deviations: 9 }],
        chance: { centre: 0, spread: 0.1, leastDeviations: 4, least: 0.4 },
        undecided: 0,
      }),
      // Two places 1 apart, so that 1 is the median distance of different ones, but for picture 1.
      embeddings:
        apart === undefined
          ? null
          : async () =>
              pictures.map((_, i) => (i === 1 ? Float32Array.of(0, apart) : Float32Array.of(i % 2, 0))),
    })
  }

  it('agreement', async () => {
    expect(await ask(leakageDuplicate, pair(0.9 - hair))).toBe('passed')
    expect(await ask(leakageDuplicate, pair(0.9))).toBe('warning')
  })

  it('light and contrast', async () => {
    for (const [of, usual] of [
      ['mean', 120],
      ['contrast', 40],
    ] as const) {
      const limit = 1.15 * usual + 1 // a grey level of rounding
      expect(await ask(leakageDuplicate, pair(1, { [of]: limit - hair }))).toBe('warning')
      expect(await ask(leakageDuplicate, pair(1, { [of]: limit + hair }))).toBe('passed')
    }
  })

  it('distance of the features', async () => {
    expect(await ask(leakageDuplicate, pair(1, {}, 0.35))).toBe('warning')
    expect(await ask(leakageDuplicate, pair(1, {}, 0.3501))).toBe('passed')
  })
})

describe('leakage.part', () => {
  const hidden = (sharing: number) =>
    contextOf(picturesOf(100), {
      groups: async () => ({
        groups: [
          Array.from({ length: sharing }, (_, i) => i),
          ...Array.from({ length: 100 - sharing }, (_, i) => [sharing + i]),
        ],
        pairs: [],
        chance: { centre: 0, spread: 0.1, leastDeviations: 4, least: 0.4 },
        undecided: 0,
      }),
    })

  it('share of the images that show a part of another', async () => {
    expect(await ask(leakagePart, hidden(4))).toBe('passed')
    expect(await ask(leakagePart, hidden(5))).toBe('warning')
    expect(await ask(leakagePart, hidden(19))).toBe('warning')
    expect(await ask(leakagePart, hidden(20))).toBe('error')
  })
})

describe('sample.size', () => {
  const counts = (nominal: number, anomalous: number, escapeClaim: number) =>
    contextOf(
      picturesOf(nominal + anomalous, (i) => (i < nominal ? {} : { sample: isAnomalous })),
      { escapeClaim },
    )
  /** What no escape among n still allows, at 95 % confidence. */
  const certifiable = (n: number) => 1 - 0.05 ** (1 / n)

  it('units of either label', async () => {
    expect(await ask(sampleSize, counts(20, 20, 0.9))).toBe('passed')
    expect(await ask(sampleSize, counts(19, 20, 0.9))).toBe('error')
    expect(await ask(sampleSize, counts(20, 19, 0.9))).toBe('error')
  })

  it('a claim that half of the defects can just carry', async () => {
    expect(await ask(sampleSize, counts(40, 58, certifiable(29)))).toBe('passed')
    expect(await ask(sampleSize, counts(40, 58, certifiable(29) - hair))).toBe('warning')
    expect(await ask(sampleSize, counts(40, 57, certifiable(29)))).toBe('warning')
  })
})

describe('shift.nominal', () => {
  /** Parts photographed early and late, whose features all change by 1 in a common direction and by `own` in one of their own. */
  const parts = (count: number, own: number) => {
    const pictures = picturesOf(2 * count, (i) => ({
      takenAt: i < count ? 1000 : 2000,
      sample: { part: `part-${i % count}` },
    }))
    return contextOf(pictures, {
      embeddings: async () =>
        pictures.map(({ sample }, i) => {
          const part = Number(unitId(sample, 'part').split('-')[1])
          const late = i < count ? 0 : 1
          return Float32Array.from({ length: count + 1 }, (_, d) =>
            d === count ? late : d === part ? late * own : 0,
          )
        }),
    })
  }

  it('six parts, not five', async () => {
    expect(await ask(shiftNominal, parts(5, 0))).toBe('skipped')
    expect(await ask(shiftNominal, parts(6, 0))).not.toBe('skipped')
  })

  it('share of the change that is common to all', async () => {
    // Of 40 parts: (1 + own^2 / 40) / (1 + own^2) of it.
    const ownAt = (share: number) => Math.sqrt((1 - share) / (share - 1 / 40))
    expect(await ask(shiftNominal, parts(40, ownAt(0.0501)))).toBe('warning')
    expect(await ask(shiftNominal, parts(40, ownAt(0.0499)))).toBe('passed')
  })
})

describe('silhouette.variance', () => {
  const silhouetteOf = (isInside: (pixel: number) => boolean) => {
    const data = Uint8Array.from({ length: 64 * 64 }, (_, p) => Number(isInside(p)))
    return packMask({ width: 64, height: 64, data })
  }
  /** 4,000 pixels of support, of which `moving` show the object in every other image. */
  const objects = (moving: number, count = 16, known = count) => {
    const of = (i: number) => silhouetteOf((p) => p < 4000 && (p >= moving || i % 2 === 0))
    return contextOf(picturesOf(count, (i) => ({ silhouette: i < known ? of(i) : null })))
  }

  it('variance', async () => {
    expect(await ask(silhouetteVariance, objects(1400))).toBe('passed')
    expect(await ask(silhouetteVariance, objects(1401))).toBe('warning')
  })

  it('asks ten images whose object is known in seven', async () => {
    expect(await ask(silhouetteVariance, objects(0, 9))).toBe('skipped')
    expect(await ask(silhouetteVariance, objects(0, 10))).toBe('passed')
    expect(await ask(silhouetteVariance, objects(0, 10, 7))).toBe('passed')
    expect(await ask(silhouetteVariance, objects(0, 10, 6))).toBe('skipped')
  })

  it('support begins where one image in twenty shows the object', async () => {
    /** 1,000 pixels always, 600 in half of the images, and 2,000 in `rare` of 40, which dilute the mean where they count. */
    const diluted = (rare: number) =>
      contextOf(
        picturesOf(40, (i) => ({
          silhouette: silhouetteOf(
            (p) => p < 1000 || (p < 1600 && i % 2 === 0) || (p >= 1600 && p < 3600 && i < rare),
          ),
        })),
      )
    expect(await ask(silhouetteVariance, diluted(1))).toBe('warning') // 600 / 1600
    expect(await ask(silhouetteVariance, diluted(2))).toBe('passed') // (600 + 0.19 * 2000) / 3600
  })
})
