/** Everything the guardrails on the data look at, opened: one look at every file, and what is worked out when first asked. */
import type { Vision } from '../../backbone/vision.ts'
import type { DatasetIssue, Sample } from '../../dataset/sample.ts'
import { understandDataset } from '../../dataset/understood.ts'
import { configureMethod } from '../../detector/methods.ts'
import { UsageError } from '../../errors.ts'
import { partsKnown, resolveUnit } from '../../evaluate/units.ts'
import type { CheckContext } from '../../guardrail/data/check-context.ts'
import { type OutlierShare, outlierDetector, outlierScoresOf } from '../../guardrail/data/outlier-scores.ts'
import { createRandom } from '../../math/random.ts'
import type { CheckRequest } from '../../options/requests/check.ts'
import { inferGroups, leastPictures } from '../../parts/likeness/infer-groups.ts'
import { nameParts } from '../../parts/name-parts.ts'
import type { Picture, Scan } from '../../parts/scan/picture.ts'
import { scanImages } from '../../parts/scan/scan-images.ts'
import { mustGet } from '../../present.ts'
import type { Task } from '../../task.ts'
import type { Understood } from '../../wire/understood.ts'
import { type Crew, openCrew } from '../fleet/crew.ts'
import { makingOf, sharedFeatures } from '../fleet/look.ts'
import { lookByFleet } from '../fleet/look-by-fleet.ts'
import { sharesByFleet } from '../fleet/train-by-fleet.ts'
import { describeGroups, refuseTooFew } from '../open/infer-parts.ts'
import { lookAtAll } from '../open/look-at-all.ts'
import { once } from '../open/once.ts'
import { openSamples } from '../open/open-samples.ts'
import { openRunVision } from '../open/open-vision.ts'
import { type SharePlan, sharesHere } from '../train/fit-share.ts'
import { writeManifest } from './write-manifest.ts'

export interface OpenCheck {
  readonly context: CheckContext
  /** What the dataset was taken for, by the look at every file. */
  readonly understood: Understood
  close(): Promise<void>
}

/**
 * Also writes the manifest with the parts, where one was asked for.
 *
 * @throws {InputError} The dataset; or no image in it that can be read. @throws {UsageError} Options that do not fit it.
 * @throws {StatisticalError} `--parts inferred` on too few images. @throws {ModelError} Weights. @throws {CancelledError}
 */
export async function openCheck(request: CheckRequest, task: Task): Promise<OpenCheck> {
  if (request.writeParts === request.dataset) {
    throw new UsageError(
      `--write-parts: ${request.dataset} is the dataset itself; name another file, so that nothing of yours is lost`,
    )
  }
  // Parts are inferred below, from thumbnails that are made anyway.
  const opened = await openSamples({ ...request, parts: 'given' }, task)
  const machine = { device: request.device, threads: request.threads }
  const opening = await openRunVision(request, task, undefined, sharedFeatures(request, machine))
  const { vision, backbone, contents } = opening
  let crew: Crew | null = null
  const close = async (): Promise<void> => {
    await vision.close()
    await crew?.fleet.close()
  }
  try {
    const made = makingOf(machine, vision.size)
    const sight = { vision, backbone, contents, made, view: null, files: new Map() }
    crew = await openCrew(request, sight, task)
    const working = crew
    const input = { size: vision.size, fit: vision.fit }
    const scanned = await scanImages(opened.samples, input, task)
    const { pictures } = scanned
    const groups = once(() =>
      inferGroups(
        pictures.map(({ thumbnail }) => thumbnail),
        machine,
        task,
      ),
    )
    const isInferred = request.parts === 'inferred'
    if (isInferred || (request.writeParts !== null && !partsKnown(opened.samples)))
      refuseTooFew(pictures.length)
    const named = async (samples: readonly Sample[]): Promise<readonly Sample[]> => {
      const found = await groups()
      task.note(describeGroups(found, pictures.length))
      return nameParts(
        samples,
        pictures.map(({ sample }) => sample),
        found,
      )
    }
    const samples = isInferred ? await named(opened.samples) : opened.samples
    const scan = isInferred ? withSamples(scanned, samples) : scanned
    if (request.writeParts !== null) {
      const known = partsKnown(samples) ? samples : await named(samples)
      await writeManifest(request.writeParts, known, task)
      task.note(`parts: written to ${request.writeParts}`)
    }

    const unit = resolveUnit(samples, 'auto')
    const random = createRandom(request.seed, 'check')
    const stages = vision.backbone.patchDefaults.stages
    const context: CheckContext = {
      dataset: opened.dataset,
      samples,
      scan,
      unit,
      input: { ...input, cell: vision.backbone.patchDefaults.stride },
      escapeClaim: request.escapeClaim,
      groups: pictures.length < leastPictures ? null : groups,
      embeddings: once(() => embed(scan.pictures, vision, stages, working, task)),
      outlierScores: once(async () => {
        const nominal = scan.pictures.flatMap(({ sample }) => (sample.label === 'nominal' ? [sample] : []))
        const { id, options } = outlierDetector
        const configured = await configureMethod(id, options)
        const tools = { configured, vision, machine, seed: request.seed }
        const work = working === null ? sharesHere(tools, task) : await sharesByFleet(tools, working)
        const planOf = (of: OutlierShare): SharePlan => ({
          ...of,
          ...{ stream: ['check', 'outliers', of.share], maps: null },
        })
        const askAll = (of: readonly OutlierShare[]) => work.askAll(of.map(planOf))
        const scores = await outlierScoresOf(nominal, unit, random.fork('outliers'), { askAll }, task)
        const scored = scan.pictures.flatMap(({ sample }, i) => (scores.has(sample.id) ? [i] : []))
        return { pictures: scored, scores: scored.map((i) => mustGet(scores, scan.pictures[i]!.sample.id)) }
      }),
      random,
    }
    return {
      context,
      understood: understandDataset(opened.dataset, readable(samples, scan), [
        ...opened.dataset.issues,
        ...issuesOf(scan),
      ]),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const readable = (samples: readonly Sample[], { pictures }: Scan): readonly Sample[] => {
  const read = new Set(pictures.map(({ sample }) => sample.id))
  return samples.filter(({ id }) => read.has(id))
}

/** What the look at every file found, in the shape of what opening the dataset found. */
const issuesOf = ({ faults }: Scan): DatasetIssue[] =>
  faults.map(({ path, kind, reason }) => ({
    kind:
      kind === 'image'
        ? 'unreadable'
        : /^is \d+x\d+/.test(reason)
          ? 'mask-size'
          : reason === 'is empty'
            ? 'empty-mask'
            : 'unusable-annotation',
    severity: kind === 'image' ? 'error' : 'warning',
    path,
    message: reason,
  }))

function withSamples(scan: Scan, samples: readonly Sample[]): Scan {
  const byId = new Map(samples.map((sample) => [sample.id, sample]))
  return {
    ...scan,
    pictures: scan.pictures.map((picture) => ({ ...picture, sample: mustGet(byId, picture.sample.id) })),
  }
}

async function embed(
  pictures: readonly Picture[],
  vision: Vision,
  stages: readonly string[],
  crew: Crew | null,
  task: Task,
): Promise<readonly Float32Array[]> {
  const samples = pictures.map(({ sample }) => sample)
  const isCompared = () => true
  const wanted = { isCompared, activations: null, shown: new Set<string>() }
  const looked = crew && (await lookByFleet(samples, stages, crew, wanted, task))
  // What no worker survives, this process has read already: it looks itself.
  const left = looked === null ? samples : samples.filter(({ id }) => !looked.embeddings.has(id))
  const { embeddings } = await lookAtAll(left, vision, stages, isCompared, task)
  return samples.map(({ id }) => looked?.embeddings.get(id) ?? mustGet(embeddings, id))
}
