/**
 * A model folder as one ONNX file that takes a camera's pixels, proved before it is given out: built, run on the fixtures, compared
 * stage by stage with what this program gives, and written only if nothing differs.
 */
import { createVision } from '../backbone/create-vision.ts'
import type { ScoreGraph } from '../detector/score-graph/score-graph.ts'
import type { Image, Size } from '../image/image.ts'
import { resizeBilinear } from '../image/resize-bilinear.ts'
import { loadParts, type ModelParts as OpenedModel } from '../inspect/open-model.ts'
import { roundUpToFloat32 } from '../math/round-up-float32.ts'
import { checkCancelled, type Task } from '../task.ts'
import type { ModelCard } from '../wire/model.ts'
import type { Parity, ParityTolerance, PrecisionLoss } from '../wire/parity.ts'
import {
  type Contents,
  type Described,
  describeExport,
  diagnosticFile,
  metadataOf,
  modelFile,
  type ProvenFixture,
  writeFolder,
} from './export-contents.ts'
import { fixturePictures, grey, repeated } from './fixture-pictures.ts'
import { goldenMaker } from './make-goldens.ts'
import { loweringOf, modelGraph, type Precision, partsOf } from './model-graph.ts'
import { nearThreshold } from './near-threshold.ts'
import { noteOutside, refuseOutside } from './outside-graph.ts'
import { ownGoldens, prove } from './prove.ts'
import type { ModelInput } from './view-pictures.ts'

export interface ExportOptions {
  readonly input: ModelInput
  /** Pictures to a run; null where the run says. */
  readonly batch: number | null
  /** What a pixel of the pictures is. */
  readonly pixels: 'rgb' | 'grey'
  /** Folder of weights files; null for the model's own. */
  readonly weights: string | null
  readonly threads: number
  /** Pictures of good parts, decoded: fixtures near the threshold are made of the first, ranges are seen on all. May be none. */
  readonly pictures: readonly Image[]
  readonly precision: Precision
  /** What less than float32 loses; null for float32. */
  readonly loss: PrecisionLoss | null
}

/** Pictures that fixtures near the threshold are made of. */
const mostNear = 4

/** Runtimes of 2023 and later know it: onnxruntime 1.14, OpenVINO 2023, TensorRT 8.6, OpenCV 5. */
const operatorSet = 18

/**
 * Writes the folder whole or not at all.
 *
 * @param out - New, empty, or of an earlier export, which it replaces.
 * @returns What `parity.json` says.
 * @throws {ModelError} The model folder; or the exported model does not give what this program gives: nothing is written, and the
 *   guilty stage is named.
 * @throws {UsageError} The detector cannot be exported so. @throws {InputError} The folder cannot be written.
 */
export async function exportModel(
  folder: string,
  out: string,
  options: ExportOptions,
  task: Task,
): Promise<Parity> {
  const opened = await loadParts(folder, {
    ...(options.weights !== null && { weights: options.weights }),
    device: 'cpu',
    threads: options.threads,
    task,
  })
  try {
    const files = await makeFiles(opened, options, task)
    await writeFolder(out, files.contents)
    noteOutside(opened.card, task)
    return files.parity
  } finally {
    await opened.detector.close()
  }
}

async function makeFiles(
  opened: OpenedModel,
  options: ExportOptions,
  task: Task,
): Promise<{ readonly parity: Parity; readonly contents: Contents }> {
  const { card, backbone, detector } = opened
  const parts = partsOf(opened)
  const { score, size, fit } = parts
  refuseOutside(card, options.input)
  const machine = { device: 'cpu', threads: options.threads }
  const { input } = options
  const channels = options.pixels === 'grey' ? 1 : 3
  const batch = batchOf(options, score, task)
  const lowering = await loweringOf(options.precision, parts, options.pictures, machine)
  const build = async (isDiagnostic: boolean) => {
    const graph = await modelGraph(parts, { input, batch, channels, isDiagnostic, lowering })
    return { graph, bytes: graph.build({ operatorSet, metadata: metadataOf(card) }).bytes }
  }
  const model = await build(false)
  checkCancelled(task)
  const diagnostic = await build(true)

  const operating = card.threshold && {
    threshold: roundUpToFloat32(card.threshold.value),
    reviewThreshold: card.threshold.review === null ? null : roundUpToFloat32(card.threshold.review),
  }
  // A picture that has the model's size already fills it, whatever the model does with others.
  const seen = input.kind === 'prepared' ? 'stretch' : fit
  const vision = createVision({ size, fit: seen, backbone, cacheFolder: null, batch: 1, ...machine })
  try {
    const maker = goldenMaker(detector, vision, score, operating)
    const fixed = input.kind === 'fixed' ? input.size : input.kind === 'prepared' ? size : null
    const fed = (image: Image): Image => (channels === 1 ? grey(image) : image)
    const near = operating
      ? await nearThreshold(
          nearPictures(options.pictures, fixed).map(fed),
          operating.threshold,
          maker.scoreOf,
        )
      : []
    if (near.length === 0) {
      task.note('export: no fixture lies near the threshold: name good pictures with --dataset to have some')
    }
    const fixtures: ProvenFixture[] = []
    for (const made of [...near, ...fixturePictures(fixed)]) {
      checkCancelled(task)
      const picture = { ...made, image: fed(made.image) }
      fixtures.push({ picture, golden: await maker.make(repeated(picture)) })
    }
    const tolerance = toleranceOf(card, options.precision)
    const described: Described = {
      model: {
        file: modelFile,
        diagnostic: diagnosticFile,
        operatorSet,
        precision: options.precision,
        input: { name: 'image', dtype: 'uint8', shape: inputShape(input, batch, channels, size) },
        size,
        stages: fixtures[0]!.golden.maps.map(({ stage, channels, rows, cols }) => ({
          stage,
          channels,
          rows,
          cols,
        })),
      },
      threshold: operating?.threshold ?? null,
      review: operating?.reviewThreshold ?? null,
      tolerance,
    }
    const proven =
      options.precision === 'float32'
        ? fixtures
        : await ownGoldens(diagnostic.bytes, described, fixtures, machine, task)
    const gated = proven.map(({ picture, golden }) => ({
      name: picture.name,
      picture: () => repeated(picture),
      golden: () => golden,
    }))
    const models = { diagnostic: diagnostic.bytes, model: model.bytes }
    const measured = await prove(modelFile, models, described, gated, machine, task)
    return describeExport(
      card,
      described,
      { ...measured, loss: options.loss },
      proven,
      new Map([
        [modelFile, model.bytes],
        [diagnosticFile, diagnostic.bytes],
      ]),
    )
  } finally {
    await vision.close()
  }
}

/** Pictures to a run; null where the run says. */
function batchOf({ batch }: ExportOptions, { hasFixedBatch = false }: ScoreGraph, task: Task): number | null {
  if (batch !== null || !hasFixedBatch) return batch
  task.note('export: this detector takes a number of pictures that is fixed: 1 to a run, or --batch N')
  return 1
}

function inputShape(
  input: ModelInput,
  batch: number | null,
  channels: 1 | 3,
  size: Size,
): (number | string)[] {
  const images = batch ?? 'N'
  if (input.kind === 'camera') return [images, 'H', 'W', channels]
  const { width, height } = input.kind === 'fixed' ? input.size : size
  return [images, height, width, channels]
}

/**
 * Bounds within which two runtimes may differ: sums in another order move the seventh digit, and float16 steps of features the fourth.
 * Where the network computes in fewer digits, each of its layers rounds such differences up to steps of its own.
 */
function toleranceOf({ threshold, mapScale }: ModelCard, precision: Precision): ParityTolerance {
  const scale = threshold?.value ?? mapScale.high
  const leastScore = Math.max(1e-6, 0.01 * Math.abs(scale))
  const shares =
    precision === 'float32'
      ? { score: 1e-3, map: 1e-3, features: 2e-3 }
      : { score: 0.02, map: 0.05, features: 0.05 }
  return { ...shares, leastScore, resized: 0 }
}

/** Brought to the size that the model takes; made ones where there are none. */
function nearPictures(pictures: readonly Image[], size: Size | null): readonly Image[] {
  if (pictures.length > 0) {
    const first = pictures.slice(0, mostNear)
    return size === null ? first : first.map((image) => resizeBilinear(image, size))
  }
  return fixturePictures(size)
    .filter(({ name }) => name === 'grey' || name === 'colour')
    .map(({ image }) => image)
}
