/** What many workers would take, worked out by hand. */
import { describe, expect, it } from 'vitest'
import { forecastText } from '../../../../src/cli/text/forecast-text.ts'
import { planFolds, splitDefaults } from '../../../../src/evaluate/split.ts'
import { groupUnits } from '../../../../src/evaluate/units.ts'
import { forecast, rolesOf } from '../../../../src/run/fleet/forecast/forecast.ts'
import { type Forecast, forecastSchema, type Rates } from '../../../../src/wire/forecast.ts'
import { samples } from '../../../evaluate/samples.ts'

const rates: Rates = {
  ...{ imageBytes: 1000, featureBytes: 100, brought: 500, fetchedBytes: 1e6 },
  ...{ features: 10, gathered: 100, fit: { seconds: 60, perImage: 0 }, scored: 50, judged: 25 },
  ...{ placed: 200, joined: 1000, jobsAdded: 1000, jobsDone: 100 },
}
const roles = { folds: 5, train: 0.8, threshold: 0.1, inference: 0.1, nominal: 0.9 }
const images = 64_000
const wide = images * 100
/** A fold has 6,400 threshold images and as many to be judged, in 13 shards each. */
const shard = 6400 / 13

describe('forecast', () => {
  it('adds up what one worker takes', () => {
    const { asked } = forecast(images, 1, roles, rates, wide)
    const { bring, features, queue, gather, fit, rank, judge, place, pixels } = asked.stages
    expect([bring, features, gather, place, pixels]).toEqual([128, 6400, 576, 160, 32])
    // 1,000 steps of features, 57,600 / 2,048 of gathering; a fold takes a fit, 12 of ranking, 13 of judging, one of pixels.
    const steps = 1000 + 28.125 + 5 * 27
    expect(queue).toBeCloseTo(steps / 1000 + steps / 100, 9)
    expect(fit).toBeCloseTo(5 * (60 + shard / 50), 9)
    expect(fit + rank).toBeCloseTo(5 * (60 + 128), 9)
    expect(judge).toBeCloseTo(5 * 256, 9)
    expect(asked.seconds).toBeCloseTo(6400 + 576 + 940 + 1280 + 32, 9)
    expect(asked.storeBytes).toBe((images * 2100) / 6400)
  })

  it('gives each fit one worker, shards of its images to all, and the submitter what is its own', () => {
    const { asked } = forecast(images, 100, roles, rates, wide)
    expect(asked.stages).toMatchObject({ bring: 128, features: 64, place: 160, pixels: 6.4 })
    expect(asked.stages.gather).toBeCloseTo(5.76, 9)
    expect(asked.stages.fit).toBeCloseTo(60 + shard / 50, 9)
    expect(asked.stages.rank).toBeCloseTo(shard / 50, 9) // 60 of them
    expect(asked.stages.judge).toBeCloseTo(shard / 25, 9) // 65, while heat maps come one after the other
    expect(asked.seconds).toBeCloseTo(128 + 5.76 + 60 + (2 * shard) / 50 + 160 + 6.4, 9)
    expect(forecast(images, 3, roles, rates, wide).asked.stages.judge).toBeCloseTo((22 * shard) / 25, 9)
  })

  it('joins no pixels where there are no masks, or one worker counts those of a fold', () => {
    const without = forecast(images, 1, roles, { ...rates, joined: null }, wide).asked
    expect(without.stages.pixels).toBe(0)
    expect(forecast(5000, 1, roles, rates, wide).asked.stages.pixels).toBe(0)
  })

  it('makes features again that the store does not keep', () => {
    const { asked, features } = forecast(images, 1, roles, rates, wide / 4)
    expect(features).toEqual({ bytes: wide, kept: 0.25 })
    expect(asked.stages.gather).toBeCloseTo(57_600 * (0.01 + 0.75 / 10), 6)
    expect(asked.stages.judge).toBeCloseTo(5 * 6400 * (0.04 + 0.075), 6)
  })

  it('lets each fit look itself where the method or the number of images has it so', () => {
    const few = forecast(1000, 1, roles, rates, wide).asked.stages
    expect(few.gather).toBe(0)
    expect(few.fit).toBeCloseTo(5 * (60 + 800 / 100 + 100 / 50), 9)
    const own = { ...rates, gathered: null, fit: { seconds: 0, perImage: 0.1 } }
    const { stages } = forecast(images, 1, roles, own, wide).asked
    expect(stages.gather).toBe(0)
    expect(stages.fit + stages.rank).toBeCloseTo(5 * (0.1 * 51_200 + 128), 9)
  })

  it('names what more workers do not help', () => {
    expect(forecast(images, 1, roles, rates, wide).limit).toEqual({ workers: 64, by: 'place' })
    const slow = { ...rates, brought: 5 }
    expect(forecast(images, 1, roles, slow, wide).limit).toEqual({ workers: 1, by: 'bring' })
    const many = { ...roles, folds: 1_000_000 }
    expect(forecast(images, 1, many, { ...rates, placed: 1e9 }, wide).limit).toBeNull()
  })

  it.each([
    [952, 392],
    [100, 400],
    [1000, 21],
  ])('expects the roles of an evaluation: %i good, %i defective', (nominal, anomalous) => {
    const units = groupUnits(samples(nominal, anomalous), 'image')
    const [plan] = planFolds(units, { ...splitDefaults, folds: 1 })
    const { minTrain } = splitDefaults
    const expected = rolesOf({ nominal, anomalous }, { folds: 1, minTrain })
    const all = nominal + anomalous
    expect(Math.abs(expected.train * all - plan!.train.length)).toBeLessThanOrEqual(1)
    expect(Math.abs(expected.inference * all - plan!.inference.length)).toBeLessThanOrEqual(1)
    expect(Math.abs(expected.threshold * all - plan!.threshold.length)).toBeLessThanOrEqual(1)
  })

  it('is told in words', () => {
    const of = { ...{ plumbline: '0', images, folds: 5, detector: 'patchcore', backbone: 'plumb-s' } }
    const whole: Forecast = {
      ...{ ...of, input: { width: 256, height: 256 }, threads: 1, measured: 64, rates },
      ...forecast(images, 16, roles, rates, wide / 4),
    }
    expect(forecastSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole)
    const text = forecastText(whole, 100)
    expect(text).toContain('64,000 images, 5 folds of patchcore on plumb-s at 256x256')
    expect(text).toContain('on 16 workers of one thread')
    expect(text).toContain('of which the store keeps 25 %')
    expect(text).toMatch(/^ {2}step +measured here +on 16 workers$/m)
    expect(text).toMatch(/^ {2}threshold scores +at 50 images a second +\d/m)
    expect(text).toMatch(/^ {2}workers +64,000 images$/m)
    expect(text.replaceAll('\n', ' ')).toContain(
      'What stays: heat maps into the run, by the submitter alone.',
    )
    const bare = forecastText({ ...whole, rates: { ...rates, joined: null } }, 100)
    expect(bare).toMatch(/figures of pixels, one worker a fold +no masks/)
  })
})
