import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { StatisticalError } from '../../src/errors.ts'
import { type FoldPlan, neverInInference, planFolds, splitDefaults } from '../../src/evaluate/split.ts'
import { groupUnits, type Unit } from '../../src/evaluate/units.ts'
import { createRandom } from '../../src/math/random.ts'
import fc from '../fast-check.ts'
import { dataDir, describeWith } from '../golden-dir.ts'
import { partSamples, sample, samples } from './samples.ts'

const plan = (units: readonly Unit[], options: Partial<typeof splitDefaults> = {}) =>
  planFolds(units, { ...splitDefaults, ...options })

/** What must hold for every plan of every dataset. */
function expectLaws(units: readonly Unit[], plans: readonly FoldPlan[], minTrain = 0.5): void {
  const byId = new Map(units.map((unit) => [unit.id, unit]))
  const trainable = units.filter((unit) => unit.nominal.length > 0).length
  for (const fold of plans) {
    const { train, threshold, inference } = fold.unitIds
    const all = [...train, ...threshold, ...inference]
    expect(new Set(all).size).toBe(all.length)
    expect(fold.train.every((s) => s.label === 'nominal')).toBe(true)
    expect(fold.train.length).toBe(fold.counts.train)
    expect(train.length).toBeGreaterThanOrEqual(Math.ceil(minTrain * trainable - 1e-9))
    for (const role of ['threshold', 'inference'] as const) {
      const images = fold.unitIds[role].flatMap((id) => [
        ...byId.get(id)!.nominal,
        ...byId.get(id)!.anomalous,
      ])
      expect(new Set(fold[role])).toEqual(new Set(images))
      const nominal = images.filter((s) => s.label === 'nominal').length
      expect(fold.counts[role]).toEqual([nominal, images.length - nominal])
      expect(Math.min(...fold.counts[role])).toBeGreaterThanOrEqual(10)
    }
  }
}

describe('planFolds with one image per unit', () => {
  it('halves the anomalous images and matches them with nominal ones, exactly', () => {
    const units = groupUnits(samples(952, 392), 'image')
    const plans = plan(units)
    expectLaws(units, plans)
    for (const fold of plans) {
      expect(fold.counts).toEqual({ train: 560, threshold: [196, 196], inference: [196, 196] })
      expect(fold.satOut).toEqual({ nominal: 0, anomalous: 0 })
    }
  })

  it('stratifies by defect type', () => {
    const units = groupUnits(samples(400, 90, ['dent', 'crack', 'fray']), 'image')
    for (const fold of plan(units)) {
      for (const defect of ['dent', 'crack', 'fray']) {
        expect(fold.inference.filter((s) => s.defect === defect)).toHaveLength(15)
      }
    }
  })

  it('lets every anomalous unit take its turn where nominal ones are scarce', () => {
    const units = groupUnits(samples(60, 120), 'image')
    const plans = plan(units, { folds: 9 })
    expectLaws(units, plans)
    for (const fold of plans) {
      expect(fold.counts).toEqual({ train: 30, threshold: [15, 15], inference: [15, 15] })
      expect(fold.satOut.anomalous).toBe(90)
    }
    expect(neverInInference(units, plans)).toEqual({ nominal: 0, anomalous: 0 })
    expect(neverInInference(units, plans.slice(0, 5))).toEqual({ nominal: 0, anomalous: 45 })
  })

  it('draws folds that differ, and every nominal unit trains in some', () => {
    const units = groupUnits(samples(100, 40), 'image')
    const plans = plan(units, { folds: 10 })
    expect(new Set(plans.map((fold) => fold.unitIds.inference.join())).size).toBe(10)
    expect(new Set(plans.flatMap((fold) => fold.unitIds.train)).size).toBe(100)
  })

  it('refuses fewer than 10 a side, with the counts and what would suffice', () => {
    const few = () => plan(groupUnits(samples(100, 19), 'image'))
    expect(few).toThrow(StatisticalError)
    expect(few).toThrow(/19 anomalous images.*Sufficient: 20 anomalous and 40 nominal images/)
    expect(() => plan(groupUnits(samples(39, 40), 'image'))).toThrow(/--min-train 0.48 would do/)
    expect(plan(groupUnits(samples(39, 40), 'image'), { minTrain: 0.48 })[0]!.counts.inference).toEqual([
      10, 10,
    ])
    expect(plan(groupUnits(samples(40, 20), 'image'))[0]!.counts).toEqual({
      train: 20,
      threshold: [10, 10],
      inference: [10, 10],
    })
  })

  it('explains what can be done without any anomalous image', () => {
    expect(() => plan(groupUnits(samples(100, 0), 'image'))).toThrow(/--threshold conformal/)
    expect(() => plan(groupUnits(samples(0, 100), 'image'))).toThrow(StatisticalError)
  })
})

describe('determinism', () => {
  const units = groupUnits(samples(100, 60, ['a', 'b']), 'image')
  it('gives the same plan for the same seed, and 0 is a seed like any other', () => {
    expect(plan(units, { seed: 0 })).toEqual(plan(units, { seed: 0 }))
    expect(plan(units, { seed: 0 })).not.toEqual(plan(units, { seed: 1 }))
  })
  it('plans a fold alike whatever the number of folds', () => {
    expect(plan(units, { folds: 10 }).slice(0, 5)).toEqual(plan(units, { folds: 5 }))
  })
  it('does not depend on the order of the samples or the units', () => {
    const shuffled = createRandom(3).shuffleInPlace(samples(100, 60, ['a', 'b']))
    expect(plan(createRandom(4).shuffleInPlace([...groupUnits(shuffled, 'image')]))).toEqual(plan(units))
  })
})

describe('scheme rotate', () => {
  const turns = (plans: readonly FoldPlan[]) => {
    const count = new Map<string, number>()
    for (const fold of plans) {
      for (const s of fold.inference) if (s.label === 'anomalous') count.set(s.id, (count.get(s.id) ?? 0) + 1)
    }
    return count
  }
  it.each([4, 6, 10])('puts every anomalous unit into inference K/2 times for even K = %i', (folds) => {
    const count = turns(
      plan(groupUnits(samples(300, 61, ['a', 'b', 'c']), 'image'), { scheme: 'rotate', folds }),
    )
    expect(count.size).toBe(61)
    expect(new Set(count.values())).toEqual(new Set([folds / 2]))
  })
  it('differs by one at most for odd K', () => {
    const count = turns(plan(groupUnits(samples(300, 60), 'image'), { scheme: 'rotate', folds: 5 }))
    expect([...new Set(count.values())].sort()).toEqual([2, 3])
  })
})

describe('a published nominal test set that was not merged', () => {
  const published = [
    ...samples(200, 40),
    ...Array.from({ length: 30 }, (_, i) => sample(`t${i}`, 'nominal', { split: 'test' })),
  ]
  it('never trains, and is held out before other nominal images', () => {
    const plans = plan(groupUnits(published, 'image'), { merged: false })
    for (const fold of plans) {
      expect(fold.train.some((s) => s.split === 'test')).toBe(false)
      const held = [...fold.threshold, ...fold.inference].filter((s) => s.label === 'nominal')
      expect(held).toHaveLength(40)
      expect(held.filter((s) => s.split === 'test')).toHaveLength(30)
    }
  })
  it('sits out rather than trains where it is more than the halves need', () => {
    const many = [
      ...samples(200, 40),
      ...Array.from({ length: 90 }, (_, i) => sample(`t${i}`, 'nominal', { split: 'test' })),
    ]
    for (const fold of plan(groupUnits(many, 'image'), { merged: false })) {
      expect(fold.train.some((s) => s.split === 'test')).toBe(false)
      expect(fold.satOut.nominal).toBe(50)
    }
  })
  it('trains like any other once merged', () => {
    const plans = plan(groupUnits(published, 'image'), { merged: true })
    expect(plans.some((fold) => fold.train.some((s) => s.split === 'test'))).toBe(true)
  })
})

describe('parts of many sizes and both labels', () => {
  const partSizes = fc.array(
    fc.oneof(
      fc.tuple(fc.integer({ min: 1, max: 8 }), fc.constant(0)),
      fc.tuple(fc.constant(0), fc.integer({ min: 1, max: 8 })),
      fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 })),
    ),
    { minLength: 40, maxLength: 120 },
  )
  it('keeps the laws for any structure, or refuses', () => {
    let planned = 0
    fc.assert(
      fc.property(partSizes, fc.nat(), fc.constantFrom('random', 'rotate'), (sizes, seed, scheme) => {
        const units = groupUnits(partSamples(sizes), 'part')
        try {
          expectLaws(units, plan(units, { seed, scheme, folds: 4 }))
          planned++
        } catch (error) {
          if (!(error instanceof StatisticalError)) throw error
        }
      }),
      { numRuns: 60, seed: 1 },
    )
    expect(planned).toBeGreaterThan(40)
  })

  it('balances as well as any choice of nominal units could', () => {
    const sizes = fc.array(fc.integer({ min: 3, max: 9 }), { minLength: 12, maxLength: 16 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 10, max: 17 }), (nominal, half) => {
        const units = groupUnits(
          partSamples([
            ...nominal.map((n) => [n, 0] as const),
            ...Array.from({ length: 2 * half }, () => [0, 1] as const),
          ]),
          'part',
        )
        const [fold] = plan(units, { folds: 1, minTrain: 0.1 })
        for (const role of ['threshold', 'inference'] as const) {
          const [n, a] = fold!.counts[role]
          const free = units.filter(
            (u) =>
              u.nominal.length > 0 &&
              !fold!.unitIds[role === 'threshold' ? 'inference' : 'threshold'].includes(u.id),
          )
          const reachable = subsetSums(free.map((u) => u.nominal.length)).filter((sum) => sum >= 10)
          const least = Math.min(...reachable.map((sum) => Math.abs(sum - a)))
          expect(Math.abs(n - a)).toBeLessThanOrEqual(least + 1)
        }
      }),
      { numRuns: 40, seed: 2 },
    )
  })

  it('draws lumpy parts again until no half is left with few images', () => {
    // 21 defective images in six parts, one of which holds 9: a single draw often leaves fewer than 10 in a half.
    const lumpy = [
      [9, 9],
      [1, 2],
      [1, 2],
      [1, 9],
      [3, 3],
      [1, 5],
    ] as const
    const single = Array.from({ length: 12 }, () => [4, 0] as const)
    const units = groupUnits(partSamples([...single, ...lumpy]), 'part')
    for (let seed = 0; seed < 40; seed++) {
      for (const { counts } of planFolds(units, { ...splitDefaults, folds: 3, seed })) {
        expect(Math.min(...counts.threshold, ...counts.inference)).toBeGreaterThanOrEqual(12)
      }
    }
  })

  it('gives every part that holds anomalies its turn in inference', () => {
    const mixed = Array.from({ length: 30 }, () => [4, 4] as const)
    const units = groupUnits(partSamples(mixed), 'part')
    const plans = plan(units, { folds: 12 })
    expectLaws(units, plans)
    expect(neverInInference(units, plans).anomalous).toBe(0)
  })
})

function subsetSums(sizes: readonly number[]): number[] {
  let sums = new Set([0])
  for (const size of sizes) sums = new Set([...sums, ...[...sums].map((sum) => sum + size)])
  return [...sums]
}

describeWith(join(dataDir, 'bsd'), 'ball screw drives: parts that wear', () => {
  it('plans by part, in balance, with 10 images a side', () => {
    const worn = new Set(readdirSync(join(dataDir, 'bsd/label')).map((file) => file.replace('.json', '')))
    const all = readdirSync(join(dataDir, 'bsd/data')).map((file) => {
      const name = file.replace('.jpg', '')
      const spot = /^\d+_\d+_(\d+_\d+_crop_\d+)$/.exec(name)
      return sample(file, worn.has(name) ? 'anomalous' : 'nominal', { part: spot?.[1] ?? name })
    })
    const units = groupUnits(all, 'part')
    expect(units).toHaveLength(99)
    const plans = plan(units, { folds: 10 })
    expectLaws(units, plans)
    for (const { counts } of plans) {
      for (const [n, a] of [counts.threshold, counts.inference]) {
        expect(Math.min(n, a)).toBeGreaterThanOrEqual(40)
        expect(Math.abs(n - a) / (n + a)).toBeLessThan(0.05)
      }
    }
    expect(neverInInference(units, plans).anomalous).toBeLessThan(3)
  })
})
