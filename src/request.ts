/**
 * What a command asks of the pipeline, with every option resolved: plain records, paths absolute, nothing optional.
 *
 * The command line parses and checks its options into these; `config.json` of a run folder is one of them. What only
 * the data can tell (does the backbone exist, is there such a column) is checked where the data is.
 */
import type { Size } from './image/image.ts'
import type { PixelRange } from './image/pixel-reading.ts'

export const layoutChoices = ['auto', 'mvtec', 'mtd', 'bsd', 'folders', 'manifest'] as const
export const fitChoices = ['pad', 'stretch', 'crop'] as const
export const unitChoices = ['auto', 'part', 'image'] as const
export const partsChoices = ['given', 'inferred'] as const
export const schemeChoices = ['random', 'rotate'] as const
export const mergeChoices = ['auto', 'always', 'never'] as const
export const deviceChoices = ['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml'] as const
export const segmenterChoices = ['embedded', 'grounded-sam', 'masks', 'none'] as const
export const precisionChoices = ['fp32', 'fp16', 'q8', 'q4'] as const
export const pickChoices = ['best', 'union'] as const
export const failOnChoices = ['error', 'warning'] as const
export const thresholdPolicies = [
  'youden',
  'f1',
  'balanced',
  'cost',
  'max-fpr',
  'neyman-pearson',
  'conformal',
  'sigma',
] as const

export type ThresholdPolicy = (typeof thresholdPolicies)[number]

/** How the operating point is chosen; a policy reads only the settings it has. */
export interface ThresholdRequest {
  readonly policy: ThresholdPolicy
  /** Tolerated false-alarm rate of `max-fpr`, `neyman-pearson` and `conformal`, and of the partial AUROC; 0..1 exclusive. */
  readonly alpha: number
  /** 1 - confidence of `neyman-pearson`; 0..1 exclusive. */
  readonly delta: number
  /** Standard deviations above the nominal mean for `sigma`; > 0. */
  readonly sigmaK: number
  /** Escape rate that the lower end of a review band may allow, 0..1 exclusive; null for no band. */
  readonly reviewEscape: number | null
}

/** Share of defective parts on the factory floor, and what mistakes cost there. */
export interface FactoryRequest {
  /** 0..1 exclusive; null where nobody stated it. */
  readonly prevalence: number | null
  /** Cost of one missed defective part, >= 0, in any unit of money. */
  readonly costEscape: number
  /** Cost of one rejected good part, >= 0, in the same unit. */
  readonly costOverkill: number
}

/** Which images, read how. */
export interface DatasetRequest {
  /** Folder or manifest file. */
  readonly dataset: string
  readonly layout: (typeof layoutChoices)[number]
  /** Regular expression over the sample's id whose first group is the part; null to go by the layout. */
  readonly partPattern: string | null
  readonly parts: (typeof partsChoices)[number]
  /** Expression over manifest columns (`dataset/where.ts`), syntax already checked; null for every sample. */
  readonly where: string | null
  /** What becomes black and white in files of more than 8 bits; null or absent to take it from the dataset. */
  readonly range?: PixelRange | null
  /** Which page of files that have several, from 1; null or absent for the first. */
  readonly page?: number | 'all' | null
}

/** Which detector, looking at what. */
export interface DetectorRequest {
  readonly detector: string
  /** The user's settings only; the detector's own schema adds its defaults and refuses unknown names. */
  readonly detectorOptions: Readonly<Record<string, unknown>>
  /** Null to take the best backbone that is at hand. */
  readonly backbone: string | null
  /** Folder of weights files; the default one need not exist. */
  readonly weights: string
  /** Model input size; null for the detector's own. */
  readonly size: Size | null
  readonly fit: (typeof fitChoices)[number]
}

/** Detectors of this version. */
export const detectorChoices = ['patchcore', 'glass', 'csflow', 'flowwalk'] as const

/** Where the work runs. */
export interface MachineRequest {
  readonly device: (typeof deviceChoices)[number]
  readonly threads: number
  /** Folder of the feature cache; null for none. */
  readonly cache: string | null
}

/** Who asked, and when: recorded with the results, without influence on any figure. */
export interface Provenance {
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** The command as it was typed, e.g. `plumbline evaluate parts --out runs/1`. */
  readonly command: string
}

export interface EvaluateRequest
  extends DatasetRequest,
    DetectorRequest,
    FactoryRequest,
    MachineRequest,
    Provenance {
  /** Run folder, already claimed (`cli/claim-folder.ts`). */
  readonly out: string
  readonly seed: number
  readonly folds: number
  readonly scheme: (typeof schemeChoices)[number]
  readonly merge: (typeof mergeChoices)[number]
  /** Share of the nominal units that every fold keeps for training, 0..1 exclusive. */
  readonly minTrain: number
  readonly unit: (typeof unitChoices)[number]
  /** `max`, `topk:K` or `votes:K`, syntax already checked. */
  readonly partScore: string
  readonly threshold: ThresholdRequest
  readonly keepModels: boolean
}

export interface TrainRequest
  extends DatasetRequest,
    DetectorRequest,
    FactoryRequest,
    MachineRequest,
    Provenance {
  /** Model folder. */
  readonly out: string
  readonly seed: number
  readonly threshold: ThresholdRequest
}

/** What the guardrails on the data are to look at, and through which eye. */
export interface CheckRequest
  extends DatasetRequest,
    Pick<DetectorRequest, 'backbone' | 'weights' | 'size' | 'fit'>,
    MachineRequest,
    Provenance {
  readonly seed: number
  /** Escape rate that the user wants to be able to promise, 0..1 exclusive. */
  readonly escapeClaim: number
  /** Manifest to write, with the parts as given or, where there are none, as inferred; null for none. */
  readonly writeParts: string | null
  /** Page to write; null for none. */
  readonly report: string | null
}

/** Whose model the guardrails are to ask, and how thoroughly. */
export interface DiagnoseRequest extends MachineRequest, Provenance {
  /** Run folder. */
  readonly run: string
  /** Folder of weights files; null for the run's. */
  readonly weights: string | null
  /** Whose model is asked: 0 for the first fold. */
  readonly fold: number
  /** Images of either label that are changed and judged again, at most. */
  readonly images: number
}

/** Which images, brought to what. */
export interface PrepareRequest extends DatasetRequest, Provenance {
  /** Folder for the prepared dataset, already claimed (`cli/claim-folder.ts`). */
  readonly out: string
  /** Colour of the background, 0..255 each; null to leave the photograph as it is. */
  readonly blank: readonly [red: number, green: number, blue: number] | null
  /** Crop to the object and pad to one canvas. */
  readonly center: boolean
  readonly rotateUpright: boolean
  /** Null for the smallest that holds every object. */
  readonly canvas: Size | null
  /** Pixels of canvas around the largest object. */
  readonly margin: number
  readonly tile: Size | null
  readonly segmenter: (typeof segmenterChoices)[number]
  /** Masks made elsewhere: a folder, or an annotation file; null but for `masks`. */
  readonly masks: string | null
  /** For `grounded-sam`, which needs both. */
  readonly groundedSam?: GroundedSamRequest
  readonly modelFiles?: ModelFilesRequest
  readonly threads: number
}

/** What the segmenter `grounded-sam` is told. */
export interface GroundedSamRequest {
  /** What to look for, in English. */
  readonly prompt: string
  /** `owner/name` or `owner/name@commit`, on the hub and in the folder of models. */
  readonly detectorModel: string
  readonly maskModel: string
  readonly precision: (typeof precisionChoices)[number]
  /** Score above which a box is kept, 0..1. */
  readonly boxThreshold: number
  /** Score above which a word of the prompt is noted as found, 0..1. */
  readonly textThreshold: number
  /** IoU with a better box above which a box is dropped, 0..1. */
  readonly nms: number
  readonly pick: (typeof pickChoices)[number]
}

/** Where the models of `grounded-sam` are. */
export interface ModelFilesRequest {
  readonly folder: string
  /** File of pinned hashes that must name every file; null for the one in the folder, which learns. */
  readonly lock: string | null
  /** Missing files may be fetched from the hub. */
  readonly mayDownload: boolean
}

export interface PredictRequest extends MachineRequest {
  /** Model folder. */
  readonly model: string
  /** Image files, and folders whose image files are meant; as named by the user, made absolute. */
  readonly images: readonly string[]
  /** Folder for heat maps; null for none. */
  readonly out: string | null
  /** Folder of weights files; the default one need not exist. */
  readonly weights: string
  /** Raw score from which an image is anomalous, in place of the model's own; null for the model's. */
  readonly threshold: number | null
}

export interface DemoRequest extends MachineRequest, Provenance {
  /** Folder for everything the demo makes: the dataset, the run, the report. */
  readonly out: string
  readonly seed: number
  readonly folds: number
}

/**
 * What stands where nobody says otherwise: of every command, of `--help` and of the library. What depends on the machine is
 * not here.
 */
export const requestDefaults = {
  layout: 'auto',
  partPattern: null,
  parts: 'given',
  where: null,
  detector: 'patchcore',
  detectorOptions: {},
  backbone: null,
  size: null,
  fit: 'pad',
  folds: 5,
  scheme: 'random',
  unit: 'auto',
  merge: 'auto',
  minTrain: 0.5,
  partScore: 'max',
  seed: 0,
  threshold: { policy: 'youden', alpha: 0.05, delta: 0.05, sigmaK: 3, reviewEscape: null },
  prevalence: null,
  costEscape: 1,
  costOverkill: 1,
  keepModels: false,
  device: 'auto',
} as const satisfies Partial<EvaluateRequest>

/** Beyond what every command has. */
export const checkDefaults = {
  escapeClaim: 0.1,
  writeParts: null,
  report: null,
} as const satisfies Partial<CheckRequest>

/** Of `diagnose`. */
export const diagnoseDefaults = { fold: 0, images: 60 } as const satisfies Partial<DiagnoseRequest>

/** Of `prepare`. */
export const prepareDefaults = {
  blank: null,
  center: false,
  rotateUpright: false,
  canvas: null,
  margin: 0,
  tile: null,
  segmenter: 'embedded',
  masks: null,
} as const satisfies Partial<PrepareRequest>

/**
 * Of the segmenter `grounded-sam`: thresholds of Grounded-Segment-Anything (grounded_sam_demo.py, and grounded_sam_simple_demo.py
 * for `nms`); the smallest exports that take boxes.
 */
export const groundedSamDefaults = {
  detectorModel: 'onnx-community/grounding-dino-tiny-ONNX',
  maskModel: 'onnx-community/sam2.1-hiera-tiny-ONNX',
  precision: 'fp32',
  boxThreshold: 0.3,
  textThreshold: 0.25,
  nms: 0.8,
  pick: 'best',
} as const satisfies Partial<GroundedSamRequest>

/**
 * The request as a configuration file: `config.json` of the run folder, which `plumbline evaluate --config` takes to repeat
 * the run. Names are those of the options; a setting that the policy does not read is left out.
 */
export function evaluateConfig(request: EvaluateRequest): Record<string, unknown> {
  const { threshold, size } = request
  return {
    dataset: request.dataset,
    out: request.out,
    layout: request.layout,
    'part-pattern': request.partPattern,
    parts: request.parts,
    where: request.where,
    detector: request.detector,
    option: request.detectorOptions,
    backbone: request.backbone,
    weights: request.weights,
    size: size && `${size.width}x${size.height}`,
    fit: request.fit,
    folds: request.folds,
    scheme: request.scheme,
    unit: request.unit,
    merge: request.merge,
    'min-train': request.minTrain,
    'part-score': request.partScore,
    seed: request.seed,
    threshold: threshold.policy,
    alpha: threshold.alpha,
    ...(threshold.policy === 'neyman-pearson' && { delta: threshold.delta }),
    ...(threshold.policy === 'sigma' && { 'sigma-k': threshold.sigmaK }),
    'review-escape': threshold.reviewEscape,
    prevalence: request.prevalence,
    'cost-escape': request.costEscape,
    'cost-overkill': request.costOverkill,
    'keep-models': request.keepModels,
    device: request.device,
    threads: request.threads,
    cache: request.cache ?? false,
  }
}
