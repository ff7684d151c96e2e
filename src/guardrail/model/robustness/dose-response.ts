/** What a fitted model makes of the same images under growing doses of a change. */
import type { Perturb } from '../../../backbone/perturb-vision.ts'
import { clusteredAurocInterval, clusteredRateInterval } from '../../../evaluate/clustered-intervals.ts'
import { auroc } from '../../../evaluate/metrics/roc.ts'
import { cutContent, placeContent } from '../../../image/content.ts'
import type { Task } from '../../../task.ts'
import type { Interval } from '../../../wire/evaluation.ts'
import type { JudgedImage, RobustnessRun } from '../fitted-run.ts'
import { rescore } from '../rescore.ts'
import { unitMean } from '../unit-mean.ts'
import type { Dose, Perturbation } from './perturbation.ts'

export interface Response {
  /** 0 for the picture as it is. */
  readonly dose: number
  readonly words: string
  /** Shares of the nominal images rejected and of the anomalous ones passed, with 95 % intervals over units. */
  readonly overkill: { readonly rate: number; readonly interval: Interval }
  readonly escape: { readonly rate: number | null; readonly interval: Interval }
  readonly auroc: { readonly value: number | null; readonly interval: Interval }
  /** Median change of the nominal scores, in standard deviations of the nominal scores as they are. */
  readonly scoreShift: number
  /** Change of the rates in each unit with images of the label: how many more wrong verdicts, -1..1; 0 for what failed. */
  readonly moreOverkill: readonly number[]
  readonly moreEscapes: readonly number[]
}

/** The images that all doses are tried on, nominal ones first. */
export interface Subjects {
  readonly images: readonly JudgedImage[]
  readonly labels: Uint8Array
  readonly units: readonly string[]
  readonly threshold: number
}

/** @returns The response to no change, then to every dose in turn. Cost: one scoring of every subject a dose. */
export async function* doseResponse(
  { doses, name }: Perturbation,
  subjects: Subjects,
  run: Pick<RobustnessRun, 'detector' | 'held' | 'randomOf' | 'vision'>,
  task: Task,
): AsyncGenerator<Response> {
  const { images } = subjects
  const before = Float64Array.from(images, ({ score }) => score)
  yield respond(subjects, before, before, { dose: 0, words: 'as photographed' })
  const samples = images.map(({ sample }) => sample)
  for (const dose of doses) {
    const after = await rescore(run, samples, perturbAs(dose, images, run, name), task)
    yield respond(subjects, before, after, { dose: dose.value, words: dose.words })
  }
}

function perturbAs(
  dose: Dose,
  images: readonly JudgedImage[],
  { randomOf, vision }: Pick<RobustnessRun, 'randomOf' | 'vision'>,
  name: string,
): Perturb {
  const ids = new Map(images.map(({ sample }) => [sample.path, sample.id]))
  return async (image, { path }) => {
    const random = randomOf(`${name} of ${ids.get(path)}`)
    const { content, visible } = image.frame
    const magnification = image.width / vision.size.width
    const grain = content.width / visible.width
    const changed = await dose.apply(cutContent(image), { magnification, grain }, random)
    return placeContent(changed, image.frame)
  }
}

/** Images that failed once changed are left out on both sides. */
function respond(
  { images, labels, units, threshold }: Subjects,
  before: Float64Array,
  after: Float64Array,
  dose: Pick<Response, 'dose' | 'words'>,
): Response {
  const kept = [...images.keys()].filter((i) => !Number.isNaN(after[i]!))
  const rows = {
    scores: Float64Array.from(kept, (i) => after[i]!),
    labels: Uint8Array.from(kept, (i) => labels[i]!),
    clusters: kept.map((i) => units[i]!),
  }
  const of = (label: 0 | 1): number[] => kept.filter((i) => labels[i] === label)
  const isRejected = (score: number): boolean => score >= threshold
  const isPassed = (score: number): boolean => score < threshold
  const share = (label: 0 | 1, isHit: (score: number) => boolean): number | null => {
    const own = of(label)
    return own.length === 0 ? null : own.filter((i) => isHit(after[i]!)).length / own.length
  }
  const worse = (label: 0 | 1, isWrong: (score: number) => boolean): readonly number[] => {
    const own = [...images.keys()].filter((i) => labels[i] === label)
    return unitMean(
      own.map((i) => units[i]!),
      own.map((i) =>
        Number.isNaN(after[i]!) ? 0 : Number(isWrong(after[i]!)) - Number(isWrong(before[i]!)),
      ),
    )
  }
  const nominal = of(0)
  const spread = deviation(nominal.map((i) => before[i]!))
  const shifts = nominal.map((i) => after[i]! - before[i]!).sort((a, b) => a - b)
  return {
    ...dose,
    overkill: { rate: share(0, isRejected) ?? 0, interval: clusteredRateInterval(rows, 0, isRejected) },
    escape: { rate: share(1, isPassed), interval: clusteredRateInterval(rows, 1, isPassed) },
    auroc: { value: auroc(rows.scores, rows.labels), interval: clusteredAurocInterval(rows) },
    scoreShift: spread > 0 ? (shifts[shifts.length >> 1] ?? 0) / spread : 0,
    moreOverkill: worse(0, isRejected),
    moreEscapes: worse(1, isPassed),
  }
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1),
  )
}
