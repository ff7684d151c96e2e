/** What a thread does: looks at a shard of the images, fits a fold, judges one. The work itself is what one thread alone would do. */
import type { OpenVision } from '../../backbone/create-vision.ts'
import type { KnownContent, KnownContents } from '../../backbone/file-contents.ts'
import type { Sample } from '../../dataset/sample.ts'
import { configureMethod } from '../../detector/methods.ts'
import { loadModel } from '../../detector/model-folder.ts'
import { viewMethod } from '../../detector/view/view-method.ts'
import { createPixelMetrics } from '../../evaluate/metrics/pixel/pixel-metrics.ts'
import { PixelTally } from '../../evaluate/metrics/pixel/pixel-tally.ts'
import { encodeDefects, encodeOthers } from '../../evaluate/metrics/pixel/tally-bytes.ts'
import { type PackedMask, unpackMask } from '../../image/packed-mask.ts'
import type { Task } from '../../task.ts'
import { type FitPlan, type FitRecord, type FoldWork, fitAndRank, noScale } from '../evaluate/fit-fold.ts'
import { type JudgePlan, type JudgeRecord, judgeImages } from '../evaluate/judge-fold.ts'
import { foldModelFolder } from '../folder/fold-record.ts'
import type { ScoreRange } from '../folder/heat-map-file.ts'
import { type ActivationMaps, gatherActivations } from '../open/activation-maps.ts'
import { isCompared, lookAtAll, type Seen } from '../open/look-at-all.ts'
import { type MaskBits, readMasks } from '../open/mask-store.ts'
import { openPlannedVision, type VisionPlan } from './vision-plan.ts'

export interface LookJob {
  readonly kind: 'look'
  readonly samples: readonly Sample[]
  readonly stages: readonly string[]
  /** Ids of images that serve as examples of what the backbone answers to. */
  readonly shown: ReadonlySet<string>
}

/** Of a fold's work, what is plain data. */
export type FoldFacts = Pick<FoldWork, 'out' | 'key' | 'card' | 'extras' | 'request'>

export interface FitJob {
  readonly kind: 'fit'
  readonly facts: FoldFacts
  readonly plan: FitPlan
  /** The first fold sets the colour scale of all. */
  readonly isFirst: boolean
  readonly known: readonly KnownContent[]
}

export interface JudgeJob {
  readonly kind: 'judge'
  readonly facts: FoldFacts
  readonly plan: JudgePlan
  readonly range: ScoreRange
  /** By id. */
  readonly masks: ReadonlyMap<string, PackedMask>
  /** What is told of pixels: figures, where these are all images of the fold; else what others join; null without masks. */
  readonly pixels: 'figures' | 'counted' | null
  readonly known: readonly KnownContent[]
}

/** Of some images of a fold. */
export interface ThreadJudged extends JudgeRecord {
  /** As `tally-bytes.ts` has them. */
  readonly counted: { readonly defects: Uint8Array; readonly others: Uint8Array } | null
}

export type ThreadJob = LookJob | FitJob | JudgeJob

export interface Looked {
  readonly seen: Seen
  readonly masks: MaskBits
  readonly activations: ActivationMaps | null
  readonly known: readonly KnownContent[]
}

export type ThreadResult = Looked | FitRecord | ThreadJudged

export interface FoldThread {
  do(job: ThreadJob, task: Task): Promise<ThreadResult>
}

export function createFoldThread(visionPlan: VisionPlan): FoldThread {
  let opened: ReturnType<typeof openPlannedVision> | undefined
  return {
    async do(job, task) {
      opened ??= openPlannedVision(visionPlan, task)
      const { vision, contents } = await opened
      if (job.kind === 'look') return doLook(job, visionPlan, vision, contents, task)
      contents.learn(job.known)
      return job.kind === 'fit'
        ? doFit(job, visionPlan, vision, task)
        : doJudge(job, visionPlan, vision, task)
    },
  }
}

async function doLook(
  { samples, stages, shown }: LookJob,
  { view }: VisionPlan,
  vision: OpenVision,
  contents: KnownContents,
  task: Task,
): Promise<Looked> {
  const activations = gatherActivations(shown)
  const seen = await lookAtAll(samples, vision, stages, isCompared, task, activations.add)
  const masks = await readMasks(seen.samples, seen.frames, task, view?.interest ?? null)
  const known = contents.known(samples.map(({ path }) => path))
  return { seen, masks, activations: activations.maps(), known }
}

async function workOf(
  facts: FoldFacts,
  { view, fitsAtOnce, vision: { device, threads } }: VisionPlan,
  vision: OpenVision,
) {
  const { id, options } = facts.card.detector
  const { method, options: own } = await configureMethod(id, options)
  const configured = { method: view === null ? method : viewMethod(method, view), options: own }
  return { ...facts, configured, machine: { device, threads, fitsAtOnce }, vision }
}

async function doFit(
  { facts, plan, isFirst }: FitJob,
  visionPlan: VisionPlan,
  vision: OpenVision,
  task: Task,
): Promise<FitRecord> {
  const work = await workOf(facts, visionPlan, vision)
  const { detector, fitted } = await fitAndRank(plan, work, isFirst ? null : noScale, task)
  await detector.close()
  return fitted
}

async function doJudge(
  { facts, plan, range, masks, pixels }: JudgeJob,
  visionPlan: VisionPlan,
  vision: OpenVision,
  task: Task,
): Promise<ThreadJudged> {
  const own = await workOf(facts, visionPlan, vision)
  const { files } = await loadModel(foldModelFolder(facts.out, plan.fold))
  const detector = await own.configured.method.load(files, own.machine)
  const find = ({ id }: Pick<Sample, 'id'>) => {
    const packed = masks.get(id)
    return packed === undefined ? null : unpackMask(packed)
  }
  const work = { ...own, masks: { find }, interest: visionPlan.view?.interest ?? null }
  const tally = new PixelTally()
  const metrics = pixels === null ? null : createPixelMetrics(tally)
  try {
    const judged = await judgeImages(detector, plan, work, range, metrics, task)
    return {
      ...judged,
      pixel: pixels === 'figures' && metrics !== null ? metrics.figures() : null,
      counted: pixels === 'counted' ? { defects: encodeDefects(tally), others: encodeOthers(tally) } : null,
    }
  } finally {
    await detector.close()
  }
}
