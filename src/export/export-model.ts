/**
 * A model folder as one ONNX file that takes a camera's pixels, proved before it is given out: built, run on the fixtures, compared
 * stage by stage with what this program gives, and written only if nothing differs.
 */
import { createVision } from '../backbone/create-vision.ts'
import { networkOf } from '../backbone/network.ts'
import type { ScoreGraph } from '../detector/score-graph/score-graph.ts'
import { UsageError } from '../errors.ts'
import { runtimeVersion } from '../graph/index.ts'
import type { Image } from '../image/image.ts'
import { loadParts, type ModelParts as OpenedModel } from '../inspect/open-model.ts'
import { roundUpToFloat32 } from '../math/round-up-float32.ts'
import { checkCancelled, type Task } from '../task.ts'
import type { ModelCard } from '../wire/model.ts'
import type { Parity, ParityStage, ParityTolerance } from '../wire/parity.ts'
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
import { openExported } from './exported-model.ts'
import { fixturePictures, repeated } from './fixture-pictures.ts'
import { compareStages, refuseDeviation } from './gate.ts'
import { goldenMaker } from './make-goldens.ts'
import { type ModelParts, modelGraph } from './model-graph.ts'
import { nearThreshold } from './near-threshold.ts'
import type { ModelInput } from './view-pictures.ts'

export interface ExportOptions {
  readonly input: ModelInput
  /** Pictures to a run; null where the run says. */
  readonly batch: number | null
  /** Folder of weights files; null for the model's own. */
  readonly weights: string | null
  readonly threads: number
  /** Pictures of good parts from which fixtures near the threshold are made, decoded; may be none. */
  readonly pictures: readonly Image[]
}

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
    return files.parity
  } finally {
    await opened.detector.close()
  }
}

async function makeFiles(
  { card, backbone, detector }: OpenedModel,
  options: ExportOptions,
  task: Task,
): Promise<{ readonly parity: Parity; readonly contents: Contents }> {
  const { graph: score } = detector
  if (score === undefined) {
    throw new UsageError(`export: models of ${card.detector.id} cannot be exported yet`)
  }
  const { width, height, fit } = card.input
  const size = { width, height }
  const network = networkOf({ ...backbone, stages: score.stages })
  const parts: ModelParts = { network, score, size, fit }
  const { input } = options
  const batch = batchOf(options, score, task)
  const build = async (isDiagnostic: boolean) => {
    const graph = await modelGraph(parts, { input, batch, channels: 3, isDiagnostic })
    return { graph, bytes: graph.build({ operatorSet, metadata: metadataOf(card) }).bytes }
  }
  const model = await build(false)
  checkCancelled(task)
  const diagnostic = await build(true)

  const operating = card.threshold && {
    threshold: roundUpToFloat32(card.threshold.value),
    reviewThreshold: card.threshold.review === null ? null : roundUpToFloat32(card.threshold.review),
  }
  const machine = { device: 'cpu', threads: options.threads }
  // A picture that has the model's size already fills it, whatever the model does with others.
  const seen = input.kind === 'prepared' ? 'stretch' : fit
  const vision = createVision({ size, fit: seen, backbone, cacheFolder: null, batch: 1, ...machine })
  try {
    const maker = goldenMaker(detector, vision, score, operating)
    const fixed = input.kind === 'fixed' ? input.size : input.kind === 'prepared' ? size : null
    const near = operating
      ? await nearThreshold(nearPictures(options.pictures, fixed), operating.threshold, maker.scoreOf)
      : []
    if (near.length === 0) {
      task.note('export: no fixture lies near the threshold: name good pictures with --dataset to have some')
    }
    const fixtures: ProvenFixture[] = []
    for (const picture of [...near, ...fixturePictures(fixed)]) {
      checkCancelled(task)
      fixtures.push({ picture, golden: await maker.make(repeated(picture)) })
    }
    const tolerance = toleranceOf(card)
    const described: Described = {
      model: {
        file: modelFile,
        diagnostic: diagnosticFile,
        operatorSet,
        precision: 'float32',
        input: { name: 'image', dtype: 'uint8', shape: inputShape(input, batch, size) },
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
    const measured = await prove(model.bytes, diagnostic.bytes, described, fixtures, options.threads, task)
    return describeExport(
      card,
      described,
      measured,
      fixtures,
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
  size: { width: number; height: number },
): (number | string)[] {
  const images = batch ?? 'N'
  if (input.kind === 'camera') return [images, 'H', 'W', 3]
  const { width, height } = input.kind === 'fixed' ? input.size : size
  return [images, height, width, 3]
}

/** Bounds within which two runtimes may differ: sums in another order move the seventh digit, float16 steps the fourth. */
function toleranceOf({ threshold, mapScale }: ModelCard): ParityTolerance {
  const scale = threshold?.value ?? mapScale.high
  return {
    score: 1e-3,
    leastScore: Math.max(1e-6, 0.01 * Math.abs(scale)),
    map: 1e-3,
    features: 2e-3,
    resized: 0,
  }
}

/** Those that the model takes; made ones where there are none. */
function nearPictures(
  pictures: readonly Image[],
  size: { width: number; height: number } | null,
): readonly Image[] {
  const fitting = pictures.filter(
    ({ width, height }) => size === null || (width === size.width && height === size.height),
  )
  if (fitting.length > 0) return fitting.slice(0, 4)
  return fixturePictures(size)
    .filter(({ name }) => name === 'grey' || name === 'colour')
    .map(({ image }) => image)
}

/** @throws {ModelError} A stage of a fixture deviates further than allowed. */
async function prove(
  model: Uint8Array,
  diagnostic: Uint8Array,
  described: Described,
  fixtures: readonly ProvenFixture[],
  threads: number,
  task: Task,
): Promise<Parity['measured']> {
  const worst = new Map<ParityStage, number>()
  let ties = 0
  for (const [bytes, isDiagnostic] of [
    [diagnostic, true],
    [model, false],
  ] as const) {
    const exported = await openExported(bytes, described, isDiagnostic, { device: 'cpu', threads })
    const progress = task.progress(isDiagnostic ? 'parity, stages' : 'parity', 'fixtures')
    try {
      for (const [i, { picture, golden }] of fixtures.entries()) {
        checkCancelled(task)
        const compared = compareStages(
          golden,
          await exported.run(repeated(picture)),
          described.tolerance,
          described,
        )
        refuseDeviation(modelFile, picture.name, compared.worst)
        for (const [stage, share] of Object.entries(compared.worst) as [ParityStage, number][]) {
          worst.set(stage, Math.max(worst.get(stage) ?? 0, share))
        }
        if (!isDiagnostic && compared.isTie) ties++
        progress.update(i + 1, fixtures.length)
      }
    } finally {
      progress.end()
      await exported.close()
    }
  }
  return {
    runtime: `onnxruntime-node ${runtimeVersion()}`,
    worst: Object.fromEntries(worst) as Parity['measured']['worst'],
    ties,
  }
}
