/**
 * What evaluating, training and diagnosing begin with: detector and vision chosen, the dataset opened, every image looked at once,
 * and what decides about a fit written down.
 */

import type { OpenVision } from '../../backbone/create-vision.ts'
import type { KnownContents } from '../../backbone/file-contents.ts'
import type { ResolvedBackbone } from '../../backbone/resolve-weights.ts'
import { datasetFingerprint } from '../../dataset/fingerprint.ts'
import type { Dataset, Sample } from '../../dataset/sample.ts'
import { understandDataset } from '../../dataset/understood.ts'
import type { Machine } from '../../detector/detector.ts'
import { type ConfiguredMethod, configureMethod } from '../../detector/methods.ts'
import { viewMethod } from '../../detector/view/view-method.ts'
import { UsageError } from '../../errors.ts'
import { resolveUnit, type UnitKind } from '../../evaluate/units.ts'
import { resolveDevice } from '../../graph/index.ts'
import type { RegionOfInterest } from '../../image/region-of-interest.ts'
import type { DatasetRequest } from '../../options/dataset-options.ts'
import type { DetectorRequest } from '../../options/detector-options.ts'
import type { MachineRequest } from '../../options/machine-options.ts'
import type { QueueRequest } from '../../options/queue-options.ts'
import type { Provenance } from '../../options/request.ts'
import type { EvaluateRequest } from '../../options/requests/evaluate.ts'
import type { Task } from '../../task.ts'
import { version } from '../../version.ts'
import type { ModelCard } from '../../wire/model.ts'
import type { Understood } from '../../wire/understood.ts'
import { type Crew, openCrew } from '../fleet/crew.ts'
import { makingOf, sharedFeatures } from '../fleet/look.ts'
import { lookByFleet } from '../fleet/look-by-fleet.ts'
import { type FoldThreads, openFoldThreads } from '../fold-threads/fold-threads.ts'
import type { VisionPlan } from '../fold-threads/vision-plan.ts'
import { type ActivationMaps, chooseExamples, gatherActivations } from './activation-maps.ts'
import { isCompared, lookAtAll, type Seen } from './look-at-all.ts'
import { lookAtTiles } from './look-at-tiles.ts'
import type { MaskBits } from './mask-store.ts'
import { type Failure, openSamples } from './open-samples.ts'
import { openRunVision } from './open-vision.ts'
import { planView } from './plan-view.ts'
import { preparationOf } from './preparation-of.ts'

export interface OpenRun {
  /** It looks at tiles and at the region of interest, where the run does. */
  readonly configured: ConfiguredMethod
  /** Null where all of an image counts. */
  readonly interest: RegionOfInterest | null
  readonly dataset: Dataset
  /** What it was taken for, by the first look at every image. */
  readonly understood: Understood
  readonly unit: UnitKind
  /** The caller closes it. */
  readonly vision: OpenVision
  readonly backbone: ResolvedBackbone
  readonly machine: Machine
  /** Images that can be looked at, and what the first look told. */
  readonly seen: Seen
  readonly activations: ActivationMaps | null
  /** Masks of defects, where threads read them with the first look; null where nobody has yet. */
  readonly maskBits: readonly MaskBits[] | null
  /** Workers that do the work; null where it is done here. Closed with the vision. */
  readonly crew: Crew | null
  /** Threads that do the work of an evaluation; null where one does. Closed with the vision. */
  readonly foldThreads: FoldThreads | null
  /** Files that the dataset names and that cannot be used. */
  readonly failures: readonly Failure[]
  readonly card: RunCard
  /** Files that its models take along beside the detector's own. */
  readonly extras: ReadonlyMap<string, Uint8Array>
}

/** What the card of every model of the run says. */
export type RunCard = Pick<
  ModelCard,
  'plumbline' | 'createdAt' | 'detector' | 'backbone' | 'input' | 'pixels' | 'preparation'
> & {
  /** Of the dataset. */
  readonly fingerprint: string
}

export type RunRequest = DatasetRequest &
  DetectorRequest &
  MachineRequest &
  Pick<EvaluateRequest, 'unit'> &
  Partial<QueueRequest> &
  Partial<Pick<EvaluateRequest, 'folds'>> &
  Pick<Provenance, 'createdAt'>

/**
 * @param refuse - Asked before any image is looked at, whether so many samples can do at all; it throws where they cannot.
 * @throws {UsageError} Options that the detector does not have or that do not fit the dataset.
 * @throws {InputError} The dataset. @throws {ModelError} Weights. @throws {CancelledError}
 * Cost: features of every image, which the cache then has, and a hash of every file.
 */
export async function openRun(
  request: RunRequest,
  task: Task,
  refuse: (samples: readonly Sample[], unit: UnitKind) => void = () => {},
): Promise<OpenRun> {
  const configured = await configureMethod(request.detector, request.detectorOptions)
  const { method, options } = configured
  refuseOwnMethod(request)
  const { dataset, samples, failures, pixels, understood } = await openSamples(request, task)
  const unit = resolveUnit(samples, request.unit)
  refuse(samples, unit)
  const preparation = await preparationOf(dataset, samples, task)
  const plan = await planView(request, samples, task)
  const machine = { device: request.device, threads: request.threads }
  const opened = await openRunVision(
    request,
    task,
    configured,
    sharedFeatures(request, machine),
    plan.interest,
  )
  const { backbone, contents } = opened
  let crew: Crew | null = null
  let foldThreads: FoldThreads | null = null
  const vision: OpenVision = {
    ...opened.vision,
    async close() {
      await opened.vision.close()
      await crew?.fleet.close()
      await foldThreads?.close()
    },
  }
  try {
    const view = plan.viewAt(vision.size, vision.fit)
    const made = makingOf(machine, vision.size)
    crew = await openCrew(request, { vision, backbone, contents, made, view, files: plan.files }, task)
    if (crew === null) foldThreads = foldThreadsFor(request, { ...opened.visionPlan, view }, contents)
    const own = method.stages(vision, options)
    const stages = own.length > 0 ? own : vision.backbone.patchDefaults.stages
    const shown = chooseExamples(samples)
    const activations = gatherActivations(shown)
    const byThreads =
      foldThreads !== null && view?.tiles == null && request.cache !== null
        ? await foldThreads.look(samples, { stages, shown, activations }, task)
        : null
    const seen =
      crew !== null
        ? await lookByFleet(samples, stages, crew, { isCompared, activations, shown }, task)
        : view?.tiles != null
          ? await lookAtTiles(samples, view, view.tiles, vision, stages, isCompared, task)
          : (byThreads?.seen ?? (await lookAtAll(samples, vision, stages, isCompared, task, activations.add)))
    return {
      configured: view === null ? configured : { ...configured, method: viewMethod(method, view) },
      interest: plan.interest,
      dataset,
      understood: withUnreadable(understood, dataset, seen),
      unit,
      vision,
      backbone,
      machine,
      seen,
      activations: activations.maps(),
      maskBits: byThreads?.masks ?? null,
      crew,
      foldThreads,
      failures: [...failures, ...seen.failures],
      card: {
        plumbline: version,
        createdAt: request.createdAt,
        detector: { id: method.id, version: method.version, options },
        backbone: { id: backbone.id, weights: backbone.weightsId },
        input: { ...vision.size, fit: vision.fit, ...plan.factsOf(view) },
        ...(pixels !== null && { pixels }),
        preparation: preparation?.recipe ?? null,
        fingerprint: await datasetFingerprint(
          seen.samples,
          async (path) => (await contents.identify(path)).sha256,
        ),
      },
      extras: new Map([...(preparation?.files ?? []), ...plan.files]),
    }
  } catch (error) {
    await vision.close()
    throw error
  }
}

/**
 * Threads for the folds of an evaluation, each with its share of the processors.
 *
 * @returns null where there is one processor or one fold, where another device does the arithmetic, and for a method that is code of the
 *   caller's own, which threads do not have.
 */
function foldThreadsFor(
  { detector, device, threads, folds = 1 }: RunRequest,
  visionPlan: Omit<VisionPlan, 'fitsAtOnce'>,
  contents: KnownContents,
): FoldThreads | null {
  const count = Math.min(threads, folds)
  if (count < 2 || resolveDevice(device) !== 'cpu' || typeof detector !== 'string') return null
  return openFoldThreads(visionPlan, contents, count, threads)
}

/** @throws {UsageError} A method that is code of the caller's own: workers have the program's only. */
function refuseOwnMethod({ queue, detector }: RunRequest): void {
  if (queue == null || typeof detector === 'string') return
  throw new UsageError(
    `queue: workers do not have the detector ${detector.id}, which is not the program's own`,
  )
}

/** Images that turned out to be unreadable are no longer among those that it speaks of. */
function withUnreadable(understood: Understood, dataset: Dataset, { samples, failures }: Seen): Understood {
  if (failures.length === 0) return understood
  const unreadable = failures.map(
    ({ path, reason }) => ({ kind: 'unreadable', severity: 'error', path, message: reason }) as const,
  )
  return understandDataset(dataset, samples, [...dataset.issues, ...unreadable])
}
