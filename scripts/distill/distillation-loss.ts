/**
 * What the student is trained to make small, as graph.
 *
 * - Of every stage: the squared error of its channels, each in units of the teacher's standard deviation.
 * - Of the stages that PatchCore joins, made to patches as PatchCore makes them (a mean over 3x3 cells, brought to length
 *   1): the squared distance of the student's patch to the teacher's, and the same of each patch less the mean patch of
 *   its picture, as a share of what the teacher's patches vary there. Nearest neighbours are told apart within much like
 *   pictures: what counts is how patches differ, and a picture of smooth metal, whose patches hardly do, counts no less
 *   than one of a meadow.
 * - The first of these once more with each patch weighted by how far the teacher's lies from the mean of its picture, as a
 *   share of what they vary there: squared error alone answers to rare patches too tamely.
 */
import {
  add,
  avgPool,
  div,
  mul,
  reduceMean,
  reduceSum,
  sqrt,
  sub,
  type Value,
} from '../../src/graph/index.ts'

export interface LossWeights {
  /** By stage: the standardised squared error. */
  readonly features: Readonly<Record<string, number>>
  /** Of the patches' squared distance. */
  readonly patches: number
  /** Of the patches' squared distance from the mean of their picture. */
  readonly within: number
  /** Of the patches' squared distance, each patch weighted by how far its own is from the mean of its picture. */
  readonly rare: number
}

export const lossWeights: LossWeights = {
  features: { entrance: 1, stage1: 0.25, stage2: 0.5, stage3: 1, stage4: 1 },
  patches: 4,
  within: 1,
  rare: 2,
}

/** Stages that PatchCore joins. */
export const patchStages: readonly string[] = ['stage3', 'stage4']

/** Variance of a picture's patches below which it weighs less: patches of length 1 vary by 0.1 to 0.6 in photographs. */
const leastVariation = 0.02

export interface LossParts {
  readonly loss: Value
  /** By name, for the record. */
  readonly parts: Readonly<Record<string, Value>>
}

/**
 * @param student - float32 [images, channels, rows, cols] by stage. @param teacher - The same.
 * @param deviations - [channels] by stage: of the teacher's features, over many pictures.
 */
export function distillationLoss(
  student: ReadonlyMap<string, Value>,
  teacher: ReadonlyMap<string, Value>,
  deviations: Readonly<Record<string, Float32Array>>,
  weights: LossWeights = lossWeights,
): LossParts {
  const parts: Record<string, Value> = {}
  const terms: Value[] = []
  for (const [stage, target] of teacher) {
    const output = student.get(stage)!
    const scale = deviations[stage]!.map((deviation) => 1 / deviation)
    const error = mul(sub(output, target), output.graph.constant(scale, [1, scale.length, 1, 1]))
    parts[stage] = meanOf(mul(error, error))
    terms.push(mul(parts[stage], weights.features[stage] ?? 0))
    if (!patchStages.includes(stage)) continue
    const [ours, theirs] = [patchesOf(output), patchesOf(target)]
    const distance = sub(ours, theirs)
    const missed = squaredLength(distance)
    const apart = sub(distance, reduceMean(distance, [2, 3], true))
    const rarity = squaredLength(sub(theirs, reduceMean(theirs, [2, 3], true)))
    const perPicture = (x: Value) => reduceMean(x, [1, 2, 3])
    const variation = add(perPicture(rarity), leastVariation)
    parts[`${stage}.patches`] = meanOf(missed)
    parts[`${stage}.within`] = meanOf(div(perPicture(squaredLength(apart)), variation))
    const weighted = div(perPicture(mul(rarity, missed)), variation)
    parts[`${stage}.rare`] = meanOf(div(weighted, variation))
    for (const part of ['patches', 'within', 'rare'] as const)
      terms.push(mul(parts[`${stage}.${part}`]!, weights[part]))
  }
  return { loss: terms.reduce((sum, term) => add(sum, term)), parts }
}

/** Means over 3x3 cells, as far as they lie in the map, of length 1. */
function patchesOf(features: Value): Value {
  const averaged = avgPool(features, 3, { stride: 1, padding: 1, countIncludePad: false })
  return div(averaged, sqrt(add(squaredLength(averaged), 1e-6)))
}

/** Over channels. */
const squaredLength = (x: Value): Value => reduceSum(mul(x, x), [1], true)

const meanOf = (x: Value): Value =>
  reduceMean(
    x,
    x.shape.map((_, i) => i),
  )
