/**
 * The tensor language as other rooms see it. Build with `compile` or `compute`, train with `openTrainingStep`; a graph that is to be
 * kept or sent elsewhere is built with `GraphBuilder`. What is not here is the room's own.
 */
export { type BatchNorm, batchNorm, type RunningStatistics, updateRunning } from './batch-norm.ts'
export { convolveTaps, convolveWindows } from './channel-major.ts'
export { type Compiled, compile, compute } from './compile.ts'
export { dynamicExtent, isDynamic } from './dynamic-extent.ts'
export type { ModelOptions } from './encode-model.ts'
export { foldConstants } from './fold-constants.ts'
export { gradients } from './gradients.ts'
export { type AnyValue, type CompiledGraph, GraphBuilder, type TensorSpec, type Value } from './graph.ts'
export { inHalfPrecision } from './half-precision.ts'
export {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  focalLoss,
  focalTerms,
  meanSquaredError,
} from './losses.ts'
export { concatTo, countTo, expandTo, reshapeTo, shapeOf, sliceAt } from './ops-dynamic.ts'
export {
  abs,
  add,
  atan,
  cast,
  clip,
  div,
  equal,
  exp,
  floor,
  greater,
  greaterOrEqual,
  leakyRelu,
  less,
  lessOrEqual,
  log,
  logicalAnd,
  logicalNot,
  logicalOr,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  relu,
  round,
  sigmoid,
  sign,
  silu,
  softplus,
  sqrt,
  sub,
  tanh,
  where,
} from './ops-elementwise.ts'
export { stopGradient, withGradient } from './ops-gradient.ts'
export { avgPool, globalAveragePool, maxPool, resize } from './ops-image.ts'
export { conv2d, gemm, matmul } from './ops-linear.ts'
export { argMax, argMin, reduceMax, reduceMean, reduceMin, reduceSum, topK } from './ops-reduce.ts'
export { gatherElements, scatterElements, scatterRows } from './ops-scatter.ts'
export { concat, expand, gather, pad, reshape, slice, split, transpose } from './ops-shape.ts'
export { erf, gelu, layerNorm, softmax } from './ops-transformer.ts'
export { adam, adamW, type LearningRate, type Optimiser, sgd } from './optimiser.ts'
export { quantile, quantileWhere } from './quantile.ts'
export { inWholeNumbers, observeRanges, type Ranges } from './quantise.ts'
export { type Region, withOutputs } from './rewrite.ts'
export {
  type Device,
  devices,
  openSession,
  resolveDevice,
  runtimeVersion,
  type Session,
  type SessionOptions,
} from './session.ts'
export {
  asFloat32,
  type DType,
  elementCount,
  filled,
  int64s,
  type Shape,
  showType,
  type TensorArray,
  type TensorData,
  type TensorType,
  tensor,
} from './tensor.ts'
export type { LossGraph, LossParts, TrainingPlan } from './training-plan.ts'
export { parameterName, type TrainingState, tensorsUnder } from './training-state.ts'
export { openTrainingStep, type TrainingOptions, type TrainingStep } from './training-step.ts'
export { LossError } from './training-update.ts'
