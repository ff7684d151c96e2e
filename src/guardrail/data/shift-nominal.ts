/**
 * `shift.nominal`: do nominal test and nominal train images come from one distribution? Where nothing was published as a
 * test set but times are known: do the same parts look the same early and late?
 */
import { mergeTest } from '../../evaluate/merge-test.ts'
import { type UnitKind, unitId } from '../../evaluate/units.ts'
import { quantile } from '../../math/order-statistics.ts'
import type { Random } from '../../math/random.ts'
import type { Picture } from '../../parts/scan/picture.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { Answer, Guardrail } from '../contract.ts'
import { answer, skipped } from './answer.ts'
import type { CheckContext } from './check-context.ts'
import { timeOf } from './shortcut-metadata.ts'

const id = 'shift.nominal'
/**
 * Level at which a difference is reported. Stricter than the 5 % of the protocol's step 0, where a false alarm costs a few
 * training images: here it would send someone looking for a lamp that has not changed.
 */
const alpha = 0.01
/** Parts that must have been photographed early and late: with 6, signs that all agree come up once in 32. */
const leastParts = 6
const flips = 999
/** Share of the change that is common to all parts, below which a drift, however certain, is too small to matter. */
const leastTimeEffect = 0.05

export const shiftNominal: Guardrail<CheckContext> = {
  id,
  question: 'Do good parts look the same in testing as in training?',
  async run({ scan, embeddings, unit, random }, task) {
    if (embeddings === null) return skipped('no backbone looked at the images: run `plumbline check`')
    const nominal = scan.pictures.flatMap((picture, i) =>
      picture.sample.label === 'nominal' ? [{ picture, index: i }] : [],
    )
    const [train, test] = (['train', 'test'] as const).map((split) =>
      nominal.filter(({ picture }) => picture.sample.split === split),
    ) as [Item[], Item[]]
    if (train.length > 0 && test.length > 0) {
      return compareSplits(train, test, await embeddings(), unit, random.fork(id), task)
    }
    const timed = nominal.flatMap((item): TimedItem[] => {
      const time = timeOf(item.picture)
      return time === null ? [] : [{ ...item, time }]
    })
    if (timed.length < 2 || unit === 'image') {
      return skipped(
        'nothing to compare: it takes a published nominal test set, or parts that were photographed at several known times (EXIF, or a column "date")',
      )
    }
    return compareTimes(timed, await embeddings(), unit, random.fork(id), task)
  },
}

interface Item {
  readonly picture: Picture
  readonly index: number
}

type TimedItem = Item & { readonly time: number }

function compareSplits(
  train: readonly Item[],
  test: readonly Item[],
  vectors: readonly Float32Array[],
  unit: UnitKind,
  random: Random,
  task: Task,
): Answer {
  const result = mergeTest({
    trainEmbeddings: train.map(({ index }) => vectors[index]!),
    testEmbeddings: test.map(({ index }) => vectors[index]!),
    trainUnits: train.map(({ picture }) => unitId(picture.sample, unit)),
    testUnits: test.map(({ picture }) => unitId(picture.sample, unit)),
    random,
    task,
  })
  if (result === null) {
    return skipped(`it takes two nominal ${unit}s or more on either side that are not on both`)
  }
  const { pValue, effect, units, straddling } = result
  if (pValue >= alpha) return { kind: 'passed' }
  return answer([
    {
      id,
      severity: 'warning',
      title: `Nominal test images differ from nominal training images (p = ${pValue.toPrecision(2)}, effect ${effect.toFixed(3)} of at most 1).`,
      evidence: { comparison: 'published train and test', pValue, effect, units, straddling },
      remedy:
        'Find out what changed between the two sets (light, camera, batch, cropping). If it will change on the line too, ' +
        'train on both (--merge always); if not, photograph both sets the same way.',
    },
  ])
}

/**
 * Every part against itself: mean embedding late minus early. Without a drift the sign of each part's difference is a coin's,
 * so signs are dealt out anew; the statistic is the squared length of the mean difference.
 */
function compareTimes(
  timed: readonly TimedItem[],
  vectors: readonly Float32Array[],
  unit: UnitKind,
  random: Random,
  task: Task,
): Answer {
  const middle = quantile(
    timed.map(({ time }) => time),
    0.5,
  )
  const units = new Map<string, { early: Float32Array[]; late: Float32Array[] }>()
  for (const { picture, index, time } of timed) {
    const key = unitId(picture.sample, unit)
    const sides = units.get(key) ?? { early: [], late: [] }
    sides[time <= middle ? 'early' : 'late'].push(vectors[index]!)
    units.set(key, sides)
  }
  const both = [...units.values()].filter(({ early, late }) => early.length > 0 && late.length > 0)
  if (both.length < leastParts) {
    return skipped(
      `only ${both.length} parts were photographed as nominal both early and late; it takes ${leastParts} to tell a drift from chance`,
    )
  }
  const differences = both.map(({ early, late }) => {
    const [a, b] = [meanOf(early), meanOf(late)]
    return Float64Array.from(a, (value, d) => b[d]! - value)
  })
  const lengthOf = (signs: readonly number[]): number => {
    let sum = 0
    for (let d = 0; d < differences[0]!.length; d++) {
      let mean = 0
      for (const [i, difference] of differences.entries()) mean += signs[i]! * difference[d]!
      sum += (mean / differences.length) ** 2
    }
    return sum
  }
  const observed = lengthOf(differences.map(() => 1))
  let atLeast = 1
  for (let i = 0; i < flips; i++) {
    checkCancelled(task)
    if (lengthOf(differences.map(() => (random.uniform() < 0.5 ? -1 : 1))) >= observed * (1 - 1e-12))
      atLeast++
  }
  const pValue = atLeast / (flips + 1)
  const own = differences.reduce((sum, difference) => sum + difference.reduce((s, v) => s + v * v, 0), 0)
  const effect = observed / (own / differences.length)
  if (pValue >= alpha || effect < leastTimeEffect) return { kind: 'passed' }
  return answer([
    {
      id,
      severity: 'warning',
      title:
        `The same good parts look different late and early: over ${both.length} parts the change has one direction ` +
        `(p = ${pValue.toPrecision(2)}); ${(100 * effect).toFixed(0)} % of what changes in a part is common to all.`,
      evidence: {
        comparison: 'early and late images of the same parts',
        parts: both.length,
        pValue,
        effect,
        middle: new Date(middle).toISOString(),
      },
      remedy:
        'Look for what ages: lamp, lens, dirt, oil, the camera’s place. Train on images of the whole time, judge on the latest, and ' +
        'plan when to train again.',
    },
  ])
}

function meanOf(vectors: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(vectors[0]!.length)
  for (const vector of vectors) for (let d = 0; d < mean.length; d++) mean[d]! += vector[d]! / vectors.length
  return mean
}
