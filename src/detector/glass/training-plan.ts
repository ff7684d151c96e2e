/**
 * One training step of GLASS as a graph: adapt nominal and augmented patches, make global anomalies of the nominal ones, judge all
 * three, and sum the losses.
 *
 * What the reference does is kept where it changes numbers: nominal patches and global anomalies share the statistics of one batch
 * normalisation, augmented patches have their own, and the running statistics move at each of the ascent's steps too.
 *
 * Source: github.com/cqylunlun/GLASS, glass.py, _train_discriminator; loss.py.
 */
import {
  adam,
  adamW,
  add,
  type BatchNorm,
  binaryCrossEntropy,
  cast,
  concat,
  div,
  equal,
  focalTerms,
  greater,
  greaterOrEqual,
  type LearningRate,
  less,
  logicalAnd,
  mul,
  quantile,
  quantileWhere,
  type RunningStatistics,
  reduceSum,
  split,
  stopGradient,
  sub,
  type TrainingPlan,
  updateRunning,
  type Value,
} from '../../graph/index.ts'
import { named } from '../../present.ts'
import type { Named } from '../score-graph/score-graph.ts'
import { type AscentOptions, ascend } from './ascent.ts'
import type { Shell } from './ascent-path.ts'
import { distanceToCenter, forRows, pushOut } from './center.ts'
import {
  adapt,
  bufferTypes,
  discriminate,
  layerNames,
  linear,
  type NetworkShape,
  parameterTypes,
  probability,
} from './networks.ts'

export interface StepSettings extends NetworkShape {
  /** Nominal patches a step. */
  readonly rows: number
  /** Augmented patches a step. */
  readonly augmentedRows: number
  /** Rows of the centre: 1, or the patches of an image, which rows then go through image by image. */
  readonly positions: number
  readonly hypothesis: 'manifold' | 'hypersphere'
  readonly ascent: AscentOptions
  /** Inner radius of the shell around a patch (manifold), in units of adapted features. */
  readonly shellRadius: number
  /** Quantile of nominal distances to the centre that is the radius of the sphere. */
  readonly radiusQuantile: number
  /** Share of the best judged augmented patches that the focal loss leaves out; 0..1. */
  readonly easyShare: number
  /** Whether augmented patches share the batch normalisation of the others. */
  readonly sharedNorm: boolean
  /** Weight of the loss of augmented patches; the other two have 1. */
  readonly localWeight: number
  readonly learningRate: LearningRate
}

/** What a step reports beside its loss; each of shape []. */
export const reportNames = [
  'nominalLoss',
  'globalLoss',
  'localLoss',
  'pTrue',
  'pFake',
  'nominalRadius',
  'globalRadius',
  'localRadius',
  'hardCount',
] as const
type ReportName = (typeof reportNames)[number]

/** A score from here on calls a patch anomalous, in what is reported. */
const margin = 0.5

/** @param reports - What each step tells; what nobody wants to know is not computed. */
export function glassPlan(
  settings: StepSettings,
  reports: readonly ReportName[] = reportNames,
): TrainingPlan {
  const { dims, rows, augmentedRows, positions, learningRate } = settings
  const spec = (name: string, ...shape: number[]) => ({ name, dtype: 'float32' as const, shape })
  // The reference decays the adaptor's weights by L2, the discriminator's by a share of themselves, at twice the rate.
  const adaptor = adam({ learningRate, weightDecay: 1e-5 })
  const twice: LearningRate =
    typeof learningRate === 'number' ? 2 * learningRate : (step) => 2 * learningRate(step)
  const discriminator = adamW({ learningRate: twice, weightDecay: 0.01 })
  return {
    name: 'GLASS',
    parameters: parameterTypes(settings),
    buffers: bufferTypes(settings),
    inputs: [
      spec('nominal', rows, dims),
      spec('augmented', augmentedRows, dims),
      spec('mask', augmentedRows, 1),
      spec('noise', rows, dims),
      spec('center', positions, dims),
    ],
    build: ({ parameters, buffers, inputs }) => {
      const step = buildStep(parameters, buffers, inputs, settings)
      const outputs = Object.fromEntries(reports.map((name) => [name, step.report[name]]))
      return { loss: step.loss, outputs, buffers: step.buffers }
    },
    optimiser: (name) => (name.startsWith('adaptor.') ? adaptor : discriminator),
  }
}

/** Everything a step computes; tests look at more of it than training does. */
export function buildStep(
  parameters: Named<Value>,
  buffers: Named<Value>,
  inputs: Named<Value>,
  settings: StepSettings,
) {
  const { rows, augmentedRows, radiusQuantile } = settings
  const numbered = Array.from({ length: settings.layers }, (_, i) => layerNames(i + 1))
  const mask = named(inputs, 'mask')
  const center = named(inputs, 'center')
  const fake = adapt(named(inputs, 'augmented'), parameters)
  const real = adapt(named(inputs, 'nominal'), parameters)
  const isAnomalous = cast(mask, 'bool')
  const isNominal = equal(mask, 0)

  const fakeDistance = distanceToCenter(fake, center)
  const realDistance = distanceToCenter(real, center)
  const all = cast(mask.graph.constant(new Uint8Array(rows).fill(1), [rows, 1]), 'bool')
  const nominalRadius = quantileWhere(
    concat([fakeDistance, realDistance], 0),
    concat([isNominal, all], 0),
    radiusQuantile,
  )
  const realHidden = linear(real, 1, parameters)
  const ascended = ascend(
    {
      real,
      realHidden,
      noise: named(inputs, 'noise'),
      shell: shellOf(settings, center, nominalRadius, parameters),
      parameters,
      running: numbered.map(({ mean, variance }) => ({ mean: buffers[mean]!, variance: buffers[variance]! })),
    },
    settings.ascent,
  )
  const pushed = settings.hypothesis === 'manifold' ? fake : pushOut(fake, isAnomalous, center, nominalRadius)
  const { scores, norms } = judgeAll(
    [realHidden, ascended.hidden, linear(pushed, 1, parameters)],
    settings.sharedNorm,
    parameters,
  )
  const [realScores, globalScores, localScores] = scores as [Value, Value, Value]

  const constant = (value: number) => mask.graph.constant(Float32Array.of(value), [1, 1])
  const hard = mineHard(localScores, mask, settings.easyShare)
  const losses = {
    nominalLoss: binaryCrossEntropy(realScores, constant(0)),
    globalLoss: binaryCrossEntropy(globalScores, constant(1)),
    localLoss: div(total(mul(focalTerms(localScores, mask), hard)), total(hard)),
  }
  const running = norms.reduce<readonly RunningStatistics[]>(
    (before, batch) => before.map((statistics, i) => updateRunning(statistics, batch[i]!)),
    ascended.running,
  )
  const anomalousCount = total(mask)
  const report: Readonly<Record<ReportName, Value>> = {
    ...losses,
    pTrue: div(
      add(count(isCalledNominal(mul(localScores, sub(1, mask)))), count(isCalledNominal(realScores))),
      sub(augmentedRows + rows, anomalousCount),
    ),
    pFake: div(
      add(count(greaterOrEqual(mul(localScores, mask), margin)), count(greaterOrEqual(globalScores, margin))),
      add(anomalousCount, rows),
    ),
    nominalRadius,
    globalRadius: quantile(distanceToCenter(ascended.unprojected, center), radiusQuantile),
    localRadius: quantileWhere(fakeDistance, isAnomalous, radiusQuantile),
    hardCount: total(hard),
  }
  return {
    loss: add(add(losses.nominalLoss, losses.globalLoss), mul(losses.localLoss, settings.localWeight)),
    report,
    buffers: Object.fromEntries(
      numbered.flatMap(({ mean, variance }, i) => [
        [mean, running[i]!.mean],
        [variance, running[i]!.variance],
      ]),
    ),
    real,
    fake: pushed,
    globalFeatures: ascended.features,
    realScores,
    globalScores,
    localScores,
    hard,
  }
}

/**
 * Scores of the three kinds of patches, and the statistics of each batch that was normalised, layer by layer.
 *
 * @param hidden - First hidden layer of nominal patches, global anomalies and augmented patches, [rows, hidden].
 */
function judgeAll(
  hidden: readonly [Value, Value, Value],
  sharedNorm: boolean,
  parameters: Named<Value>,
): { readonly scores: readonly Value[]; readonly norms: readonly (readonly BatchNorm[])[] } {
  const batches = sharedNorm ? [hidden] : [hidden.slice(0, 2), hidden.slice(2)]
  const judged = batches.map((parts) => discriminate(concat(parts, 0), parameters))
  return {
    scores: judged.flatMap(({ logits }, i) => {
      const extents = batches[i]!.map(({ shape }) => shape[0]!)
      return split(probability(logits), 0, extents)
    }),
    norms: judged.map(({ norms }) => norms),
  }
}

function shellOf(
  { hypothesis, shellRadius, rows }: StepSettings,
  center: Value,
  radius: Value,
  parameters: Named<Value>,
): Shell {
  if (hypothesis === 'manifold') return { hypothesis, radius: shellRadius }
  return {
    hypothesis,
    center: forRows(center, rows),
    centerHidden: forRows(linear(center, 1, parameters), rows),
    radius,
  }
}

/**
 * Hard examples: those whose squared error is at or above its quantile.
 *
 * @returns float32 [rows, 1], 1 where a row counts, a constant.
 */
function mineHard(scores: Value, mask: Value, easyShare: number): Value {
  const error = stopGradient(sub(scores, mask))
  const square = mul(error, error)
  return cast(greaterOrEqual(square, quantile(square, easyShare)), 'float32')
}

const total = (x: Value): Value =>
  reduceSum(
    x,
    x.shape.map((_, i) => i),
  )
const count = (condition: Value<'bool'>): Value => total(cast(condition, 'float32'))
/** Exact zeros are left out, as in the reference, which so leaves out what the mask has cleared. */
const isCalledNominal = (scores: Value): Value<'bool'> => logicalAnd(less(scores, margin), greater(scores, 0))
