/**
 * The library. What is not here is not for outsiders and may change without notice.
 *
 * What computes is imported when it is first called: `import 'plumbline-vision'` loads neither ONNX Runtime nor sharp.
 */
import { lazily } from './lazily.ts'

export type { Dataset, DatasetIssue, Label, Sample } from './dataset/sample.ts'
export type {
  Detector,
  DetectorMethod,
  FitInput,
  GatheredShard,
  GatherInput,
  GatheringFit,
  ImageRef,
  Machine,
  Outcome,
  Scored,
  Scratch,
  SharedFit,
  Vision,
} from './detector/detector.ts'
export { loadMethod, methodNames } from './detector/methods.ts'
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
export type { Answer, Guardrail, GuardrailRun } from './guardrail/contract.ts'
export type { CheckContext } from './guardrail/data/check-context.ts'
export type { Frame, Image, PreparedImage, ScoreMap } from './image/image.ts'
export type {
  ImageSource,
  Inspection,
  InspectOptions,
  Inspector,
  Milliseconds,
  PartInspection,
  Verdict,
} from './inspect/inspector.ts'
export type { EvaluatedFold, ModelInspector, OpenModelOptions } from './inspect/open-model.ts'
export type { Random } from './math/random.ts'
export type { CheckOptions } from './options/requests/check.ts'
export type { DiagnoseOptions } from './options/requests/diagnose.ts'
export type { EvaluateOptions } from './options/requests/evaluate.ts'
export type { ExportOptions } from './options/requests/export.ts'
export type { LookOptions } from './options/requests/look.ts'
export type { ShowModelOptions } from './options/requests/model.ts'
export type { PlanOptions } from './options/requests/plan.ts'
export type { PredictOptions } from './options/requests/predict.ts'
export type { PrepareOptions } from './options/requests/prepare.ts'
export type { SimulateOptions } from './options/requests/simulate.ts'
export type { TrainOptions } from './options/requests/train.ts'
export type { Picture } from './parts/scan/picture.ts'
export { type Progress, quietTask, type Task } from './task.ts'
export { version } from './version.ts'
export type { Diagnosis } from './wire/diagnosis.ts'
export { type Evaluation, evaluationSchema, type Finding, type ScoreRow } from './wire/evaluation.ts'
export { type GuardrailReport, guardrailReportSchema } from './wire/guardrail-report.ts'
export { type ModelCard, modelSchema } from './wire/model.ts'
export { type Parity, paritySchema } from './wire/parity.ts'
export { type Plan, planSchema } from './wire/plan.ts'
export { type Prediction, predictionSchema, type Region } from './wire/prediction.ts'
export type { Preparation } from './wire/preparation.ts'
export type { Understood } from './wire/understood.ts'

/** A folder or a manifest as samples, without opening an image. */
export const openDataset = lazily(async () => (await import('./dataset/open-dataset.ts')).openDataset)
/** What a folder is taken for, and what is left out; every file is opened once. */
export const lookDataset = lazily(async () => (await import('./pipeline.ts')).lookDataset)
/** Every guardrail on a dataset, before any training; writes a page where one is asked for. */
export const checkDataset = lazily(async () => (await import('./pipeline.ts')).checkDataset)
/** The object found in every image; writes a dataset with what was asked for. */
export const prepareDataset = lazily(async () => (await import('./pipeline.ts')).prepareDataset)
/** The protocol of `docs/protocol.md` on one dataset; writes the whole run folder. */
export const evaluateDataset = lazily(async () => (await import('./pipeline.ts')).evaluateDataset)
/** How many more photographs, and what they would buy; writes a page where a folder is named. */
export const planDataset = lazily(async () => (await import('./pipeline.ts')).planDataset)
/** One model on every nominal image, with its threshold where the data allows one; writes the model folder. */
export const trainModel = lazily(async () => (await import('./pipeline.ts')).trainModel)
/** The card of a model folder, every file verified; writes it as a page where one is asked for. */
export const showModel = lazily(async () => (await import('./pipeline.ts')).showModel)
/** A model folder, or a fold that was kept, opened once and kept warm: the way to inspect images one after another. */
export const openModel = lazily(async () => (await import('./inspect/open-model.ts')).openModel)
/** Files and folders judged with a model folder, heat maps written where they are asked for. */
export const predictImages = lazily(async () => (await import('./pipeline.ts')).predictImages)
/** A model folder as one ONNX file that takes camera pixels, written only if it gives what the program gives. */
export const exportModel = lazily(async () => (await import('./pipeline.ts')).exportModel)
/** The parity check of an export folder once more, here. */
export const verifyExport = lazily(async () => (await import('./pipeline.ts')).verifyExport)
/** The card and the files of a model folder, verified. */
export const loadModel = lazily(async () => (await import('./detector/model-folder.ts')).loadModel)
/** Every guardrail on the model of a run; its report gets the answers. */
export const diagnoseRun = lazily(async () => (await import('./pipeline.ts')).diagnoseRun)
/** Two runs on identical folds, pair by pair. */
export const compareRunFolders = lazily(async () => (await import('./pipeline.ts')).compareRunFolders)
/** The page of a run folder, built again. */
export const buildReport = lazily(async () => (await import('./report/build-report.ts')).buildReport)
/** A dataset of forged parts with known defects. */
export const simulateDataset = lazily(async () => (await import('./pipeline.ts')).simulateDataset)
