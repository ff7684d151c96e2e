/** The library. What is not here is not for outsiders and may change without notice. */
export { openDataset } from './dataset/open-dataset.ts'
export type { Dataset, DatasetIssue, Label, Sample } from './dataset/sample.ts'
export type {
  Detector,
  DetectorMethod,
  FitInput,
  ImageRef,
  Machine,
  Outcome,
  Scored,
  Scratch,
  Vision,
} from './detector/detector.ts'
export { loadMethod, methodNames } from './detector/methods.ts'
export { loadModel } from './detector/model-folder.ts'
export {
  CancelledError,
  exitCode,
  FindingError,
  InputError,
  ModelError,
  PlumblineError,
  ShapeError,
  StatisticalError,
  UsageError,
} from './errors.ts'
export type { Comparison } from './evaluate/compare.ts'
export { createPixelMetrics } from './evaluate/metrics/pixel/pixel-metrics.ts'
export { averagePrecision } from './evaluate/metrics/precision-recall.ts'
export { auroc, partialAuroc } from './evaluate/metrics/roc.ts'
export { verdictSentence } from './evaluate/verdict.ts'
export type { Frame, Image, ScoreMap } from './image/image.ts'
export type {
  ImageSource,
  Inspection,
  InspectOptions,
  Inspector,
  Milliseconds,
  Verdict,
} from './inspect/inspector.ts'
export {
  type EvaluatedFold,
  type ModelInspector,
  type OpenModelOptions,
  openModel,
} from './inspect/open-model.ts'
export type { Random } from './math/random.ts'
export type { CheckOptions } from './options/requests/check.ts'
export type { DiagnoseOptions } from './options/requests/diagnose.ts'
export type { EvaluateOptions } from './options/requests/evaluate.ts'
export type { PredictOptions } from './options/requests/predict.ts'
export type { PrepareOptions } from './options/requests/prepare.ts'
export type { SimulateOptions } from './options/requests/simulate.ts'
export type { TrainOptions } from './options/requests/train.ts'
export {
  checkDataset,
  compareRunFolders,
  diagnoseRun,
  evaluateDataset,
  predictImages,
  prepareDataset,
  simulateDataset,
  trainModel,
} from './pipeline.ts'
export { buildReport } from './report/build-report.ts'
export { type Progress, quietTask, type Task } from './task.ts'
export { version } from './version.ts'
export type { Diagnosis } from './wire/diagnosis.ts'
export { type Evaluation, evaluationSchema, type Finding, type ScoreRow } from './wire/evaluation.ts'
export { type GuardrailReport, guardrailReportSchema } from './wire/guardrail-report.ts'
export { type ModelCard, modelSchema } from './wire/model.ts'
export { type Prediction, predictionSchema } from './wire/prediction.ts'
export type { Preparation } from './wire/preparation.ts'
