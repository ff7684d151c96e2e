/** An inspector over a fitted detector that looks through a vision: of a model folder, or of a fold that was just fitted. */
import type { ImageRef, Outcome, Vision } from '../backbone/vision.ts'
import type { Detector, Scored } from '../detector/detector.ts'
import { InputError, UsageError } from '../errors.ts'
import { decide, type Operating } from '../evaluate/evaluate-fold.ts'
import { type PartScore, partScore } from '../evaluate/part-score.ts'
import { checkCancelled, quietTask } from '../task.ts'
import type { ImageSource, Inspection, InspectOptions, Inspector } from './inspector.ts'
import { findRegions } from './regions.ts'

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
  /** Releases detector and visions; absent where they belong to somebody else. */
  close?(): Promise<void>
}

export function createInspector(parts: InspectorParts): Inspector {
  const { detector, vision, visionOfOne = vision, decodeTime = () => 0 } = parts
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

  const operatingOf = (threshold: number | undefined): Operating | null =>
    threshold === undefined ? parts.operating : { threshold, reviewThreshold: null }

  async function* judge(
    refs: readonly ImageRef[],
    through: Vision,
    { threshold, task = quietTask }: InspectOptions,
  ): AsyncGenerator<Outcome<Inspection>> {
    const operating = operatingOf(threshold)
    const scored = detector.score(refs, through, task)[Symbol.asyncIterator]()
    try {
      for (const ref of refs) {
        checkCancelled(task)
        const started = performance.now()
        const { done, value: outcome } = await taken(() => scored.next())
        if (done) throw new Error(`the detector gave no score for ${ref.path}`)
        const total = performance.now() - started
        if (!outcome.ok) yield outcome
        else
          yield { ...outcome, value: inspectionOf(outcome.value, operating, level, decodeTime(ref), total) }
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
      return { ...verdictOf(partScore(rule, scores), operatingOf(options.threshold)), images: inspections }
    },
    close() {
      closing ??= turn.then(() => parts.close?.())
      return closing
    },
  }
}

function inspectionOf(
  { score, map, frame }: Scored,
  operating: Operating | null,
  regionLevel: number | null,
  decode: number,
  total: number,
): Inspection {
  return {
    ...verdictOf(score, operating),
    map,
    regions({ level, ...options } = {}) {
      const from = level ?? regionLevel
      if (from === null) throw new UsageError('regions: the model has no level of its own: name one')
      return findRegions(map(), frame, from, options)
    },
    frame,
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
