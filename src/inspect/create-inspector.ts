/** An inspector over a fitted detector that looks through a vision: of a model folder, or of a fold that was just fitted. */
import type { ImageRef, Outcome, Vision } from '../backbone/vision.ts'
import type { Detector, Scored } from '../detector/detector.ts'
import type { ImageMeasures } from '../drift/measure-image.ts'
import { InputError, reasonOfBadFile, UsageError } from '../errors.ts'
import { decide, type Operating } from '../evaluate/evaluate-fold.ts'
import { type PartScore, partScore } from '../evaluate/part-score.ts'
import type { ScoreMap } from '../image/image.ts'
import type { Placement } from '../prepare/placement.ts'
import { checkCancelled, mapConcurrent, quietTask } from '../task.ts'
import type { ImageSource, Inspection, InspectOptions, Inspector } from './inspector.ts'
import { findRegions, inPhotograph } from './regions.ts'
import type { Stage } from './stage-photographs.ts'

export interface InspectorParts {
  readonly detector: Detector
  readonly vision: Vision
  /** For one image at a time: a vision whose network takes one image to a run. Default the other. */
  readonly visionOfOne?: Vision
  /** Of the model; null where it has none, or none yet. */
  readonly operating: Operating | null
  /** Value of the map from which a region begins; null where the model has none, default null. */
  readonly regionLevel?: number | null
  /** From the scores of its images to the score of a part; default the largest. */
  readonly partScore?: PartScore
  /** Milliseconds that reading and decoding of a picture took so far; absent where nobody measures. */
  readonly decodeTime?: (ref: ImageRef) => number
  /** Mean features of a picture that was scored; absent where nobody notes them. */
  readonly embeddingOf?: (ref: ImageRef) => Float32Array | null
  /** What is done to a picture before the detector sees it; absent for nothing. */
  readonly stage?: Stage
  /** What the picture is like that the detector saw; absent where nobody asks. @throws {InputError} */
  readonly measure?: (ref: ImageRef) => Promise<ImageMeasures>
  /** Releases detector and visions; absent where they belong to somebody else. */
  close?(): Promise<void>
}

/** An image as the detector sees it, and what became of it on the way. */
interface Seen {
  readonly ref: ImageRef
  readonly placement: Placement | null
  readonly notes: readonly string[]
  readonly decode: number
  /** Milliseconds spent so far, decoding included. */
  readonly total: number
}

/** Staged images that are scored together. */
const staged = 8
/** Images staged at a time: others decode while one is prepared. */
const stagedAtOnce = 3

export function createInspector(parts: InspectorParts): Inspector {
  const {
    detector,
    vision,
    visionOfOne = vision,
    decodeTime = () => 0,
    embeddingOf = () => null,
    stage,
    measure,
  } = parts
  const { partScore: rule = { rule: 'max' }, regionLevel: level = null } = parts
  let closing: Promise<void> | undefined
  /** Steps of detectors take turns: they may share memory between them, and each uses all threads anyway. */
  let turn: Promise<unknown> = Promise.resolve()
  const taken = <T>(step: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) throw new UsageError('the inspector is closed')
    const result = turn.then(step)
    turn = result.catch(() => {}) // the caller gets the error; the next step is another matter
    return result
  }

  const operatingOf = ({ threshold, review = null }: InspectOptions): Operating | null =>
    threshold === undefined ? parts.operating : { threshold, reviewThreshold: review }

  async function* judge(
    refs: readonly ImageRef[],
    through: Vision,
    options: InspectOptions,
  ): AsyncGenerator<Outcome<Inspection>> {
    let place = 0
    for await (const group of stage === undefined ? [refs.map(asItIs)] : stageAll(refs, stage)) {
      const good = group.flatMap((outcome) => (outcome.ok ? outcome.value : []))
      const judged = judgeSeen(good, through, options, (i) => place + i < (options.measured ?? 0))
      try {
        for (const outcome of group) {
          if (outcome.ok) {
            const { value, done } = await judged.next()
            if (done) throw new Error(`the detector gave no score for ${outcome.path}`)
            yield value
          } else yield outcome
        }
      } finally {
        await judged.return(undefined)
      }
      place += group.length
    }
  }

  async function* judgeSeen(
    seen: readonly Seen[],
    through: Vision,
    options: InspectOptions,
    isMeasured: (i: number) => boolean,
  ): AsyncGenerator<Outcome<Inspection>, undefined> {
    const { task = quietTask } = options
    const operating = operatingOf(options)
    const refs = seen.map(({ ref }) => ref)
    const scored = detector.score(refs, through, task)[Symbol.asyncIterator]()
    try {
      for (const [i, each] of seen.entries()) {
        checkCancelled(task)
        const started = performance.now()
        const { done, value: outcome } = await taken(() => scored.next())
        if (done) throw new Error(`the detector gave no score for ${each.ref.path}`)
        const total = each.total + performance.now() - started
        if (!outcome.ok) yield outcome
        else {
          const measures = measure !== undefined && isMeasured(i) ? await measure(each.ref) : null
          const decode = each.decode + decodeTime(each.ref)
          yield {
            ...outcome,
            value: inspectionOf(outcome.value, {
              ...{ ...each, decode, total, operating, level, measures },
              embedding: embeddingOf(each.ref),
            }),
          }
        }
      }
    } finally {
      await scored.return?.()
    }
  }

  return {
    async inspect(image, options = {}) {
      const ref = refOf(image, 0)
      for await (const outcome of judge([ref], visionOfOne, options)) {
        if (outcome.ok) return outcome.value
        throw new InputError(outcome.path, outcome.error)
      }
      throw new Error(`${ref.path} was not judged`)
    },
    inspectMany: (images, options = {}) => judge(images.map(refOf), vision, options),
    async inspectPart(images, options = {}) {
      if (images.length === 0) throw new UsageError('inspectPart: expected at least one image of the part')
      const inspections: Inspection[] = []
      for await (const outcome of judge(images.map(refOf), vision, options)) {
        if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
        inspections.push(outcome.value)
      }
      const scores = inspections.map(({ score }) => score)
      return { ...verdictOf(partScore(rule, scores), operatingOf(options)), images: inspections }
    },
    close() {
      closing ??= turn.then(() => parts.close?.())
      return closing
    },
  }
}

const asItIs = (ref: ImageRef): Outcome<Seen> => ({
  ...{ ok: true, path: ref.path },
  value: { ref, placement: null, notes: [], decode: 0, total: 0 },
})

/** In groups that are scored together; a picture that cannot be staged is an outcome in its place. */
async function* stageAll(refs: readonly ImageRef[], stage: Stage): AsyncGenerator<readonly Outcome<Seen>[]> {
  let group: Outcome<Seen>[] = []
  const passing = mapConcurrent(refs, stagedAtOnce, async (ref): Promise<Outcome<Seen>> => {
    const started = performance.now()
    try {
      const value = await stage(ref)
      return { ok: true, path: ref.path, value: { ...value, total: performance.now() - started } }
    } catch (error) {
      return { ok: false, path: ref.path, error: reasonOfBadFile(error) }
    }
  })
  for await (const outcome of passing) {
    group.push(outcome)
    if (group.length < staged) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

interface Facts extends Omit<Seen, 'ref'> {
  readonly operating: Operating | null
  readonly level: number | null
  readonly measures: ImageMeasures | null
  readonly embedding: Float32Array | null
}

function inspectionOf(
  { score, map, frame }: Scored,
  { operating, level: ownLevel, decode, total, placement, notes, measures, embedding }: Facts,
): Inspection {
  let kept: ScoreMap | undefined
  const mapOnce = (): ScoreMap => {
    kept ??= map()
    return kept
  }
  return {
    ...verdictOf(score, operating),
    map: mapOnce,
    regions({ level, ...options } = {}) {
      const from = level ?? ownLevel
      if (from === null) throw new UsageError('regions: the model has no level of its own: name one')
      const regions = findRegions(mapOnce(), frame, from, options)
      return placement === null ? regions : inPhotograph(regions, placement)
    },
    frame,
    placement,
    notes,
    measures,
    embedding,
    milliseconds: { decode, infer: Math.max(0, total - decode), total },
  }
}

const verdictOf = (
  score: number,
  operating: Operating | null,
): Pick<Inspection, 'score' | 'threshold' | 'review' | 'verdict'> => ({
  score,
  threshold: operating?.threshold ?? null,
  review: operating?.reviewThreshold ?? null,
  verdict: operating && decide(score, operating),
})

/** What has no name is called by its place in the list. */
function refOf(image: ImageSource, i: number): ImageRef {
  if (typeof image === 'string') return { path: image }
  if (image instanceof Uint8Array || !('path' in image)) return { path: `image ${i + 1}`, picture: image }
  return image
}
