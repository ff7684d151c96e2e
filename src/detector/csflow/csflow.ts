/**
 * CS-Flow: how likely features are at three scales, by a normalizing flow that makes them standard normal; what is far from
 * the middle of that is anomalous.
 *
 * Source: Rudolph et al. 2022, "Fully convolutional cross-scale-flows for image-based defect detection", arXiv 2110.02855. What
 * differs from the reference, and why, is in `docs/detectors/csflow.md`.
 */
import type { Vision } from '../../backbone/vision.ts'
import { ModelError } from '../../errors.ts'
import { fitFrame } from '../../image/frame.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { Detector, DetectorMethod, ImageRef, Machine, Outcome, Scored } from '../detector.ts'
import { smoothMap } from '../patchcore/smoothing.ts'
import { collectFeatures } from './feature-store.ts'
import { decodeFlow, encodeFlow, type FlowModel, flowFileName } from './flow-file.ts'
import { type FlowShape, pyramidExtents } from './flow-shape.ts'
import { contentEnergies, latentScore } from './latent-score.ts'
import { announceMemory } from './memory.ts'
import { type CsflowOptions, chooseStages, csflowOptions, decideSettings, presetSizes } from './options.ts'
import { type PyramidFeatures, pyramidFeatures } from './pyramid-features.ts'
import { type FlowRunner, openFlow } from './run-flow.ts'
import { trainFlow } from './train-flow.ts'

export const csflow: DetectorMethod<CsflowOptions> = {
  id: 'csflow',
  title: 'CS-Flow',
  options: csflowOptions,
  size: ({ preset }) => presetSizes[preset],
  stages: (vision, options) => chooseStages(vision, options).names,

  async fit({ samples, vision, random, task, scratch, ...machine }, options) {
    const settings = decideSettings(options)
    const stages = chooseStages(vision, options)
    const { scaling, unitLength, peakShare, sigma } = settings
    const source = { magnify: options.magnify, scaling, stages: stages.names, unitLength }
    const shape = shapeOf(vision, options)
    announceMemory(shape, Math.min(settings.batch, samples.length), samples.length, task)
    const store = await collectFeatures(samples, vision, source, settings.standardise, task)
    const training = { shape, settings, random, machine, task, scratch }
    const { parameters, losses, stepsPerEpoch } = await trainFlow(store, training)
    const model: FlowModel = {
      settings: { shape, ...source, peakShare, sigma },
      parameters,
      layers: store.layers,
    }
    return { ...(await openDetector(model, machine)), curves: curvesOf(losses, stepsPerEpoch) }
  },

  async load(files, machine) {
    const bytes = files.get(flowFileName)
    if (!bytes) throw new ModelError(flowFileName, 'is missing from the model')
    return openDetector(decodeFlow(bytes), machine)
  },
}

/** @throws {UsageError} Sizes that three scales do not divide, stages of several strides, an unknown one. */
function shapeOf(vision: Vision, options: CsflowOptions): FlowShape {
  const { kernels, hidden, clamp } = decideSettings(options)
  const { names, stride } = chooseStages(vision, options)
  const [width, height] = [vision.size.width * options.magnify, vision.size.height * options.magnify]
  const channels = names.reduce(
    (sum, name) => sum + (vision.backbone.stages.find((stage) => stage.name === name)?.channels ?? 0),
    0,
  )
  return { channels, hidden, kernels, clamp, extents: pyramidExtents({ width, height }, stride) }
}

const curvesOf = (losses: readonly number[], stepsPerEpoch: number): Detector['curves'] => ({
  version: 1,
  steps: losses.length * stepsPerEpoch,
  ended: `after ${losses.length} passes over the training images, the budget that was set`,
  curves: [
    {
      name: 'negative log-likelihood for each element',
      unit: 'loss',
      step: losses.map((_, epoch) => (epoch + 1) * stepsPerEpoch),
      value: [...losses],
    },
  ],
})

/** Images that are scored together. */
const scoredTogether = 4

async function openDetector(model: FlowModel, machine: Machine): Promise<Detector> {
  const runner = await openFlow(model, scoredTogether, machine)
  return {
    score: (refs, vision, task) => score(model, runner, refs, vision, task),
    save: () => new Map([[flowFileName, encodeFlow(model)]]),
    close: () => runner.close(),
  }
}

async function* score(
  model: FlowModel,
  runner: FlowRunner,
  refs: readonly ImageRef[],
  vision: Vision,
  task: Task,
): AsyncGenerator<Outcome<Scored>> {
  let waiting: Outcome<PyramidFeatures>[] = []
  for await (const outcome of pyramidFeatures(refs, vision, model.settings, task)) {
    checkCancelled(task)
    if (outcome.ok) checkFeatures(model, outcome.value)
    waiting.push(outcome)
    if (waiting.filter(({ ok }) => ok).length < runner.images) continue
    yield* await settle(model, runner, waiting, vision)
    waiting = []
  }
  yield* await settle(model, runner, waiting, vision)
}

function checkFeatures({ settings: { shape } }: FlowModel, { channels, extents }: PyramidFeatures): void {
  if (channels === shape.channels && extents.join() === shape.extents.join()) return
  const show = (from: Pick<FlowShape, 'channels'> & { readonly extents: PyramidFeatures['extents'] }) =>
    `${from.channels} channels at ${from.extents.map((each) => each.join('x')).join(', ')} cells`
  throw new ModelError(
    flowFileName,
    `expected features of ${show(shape)}, got ${show({ channels, extents })}: another size or backbone than it was trained with`,
  )
}

async function settle(
  { settings }: FlowModel,
  runner: FlowRunner,
  waiting: readonly Outcome<PyramidFeatures>[],
  vision: Vision,
): Promise<readonly Outcome<Scored>[]> {
  const pyramids = waiting.flatMap((outcome) => (outcome.ok ? [outcome.value.maps] : []))
  if (pyramids.length === 0) return waiting as readonly Outcome<never>[]
  const energies = await runner.run(pyramids)
  let next = 0
  return waiting.map((outcome): Outcome<Scored> => {
    if (!outcome.ok) return outcome
    const { extents, frames } = outcome.value
    const own = energies[next++]!.map((energy, scale) =>
      contentEnergies(energy, extents[scale]!, frames[scale]!),
    )
    const [finest] = own
    const [[rows, cols]] = settings.shape.extents
    const frame = fitFrame(frames[0]!.source, vision.size, vision.fit)
    return {
      ok: true,
      path: outcome.path,
      value: {
        score: latentScore(
          own.map(({ cells }) => cells),
          settings.peakShare,
        ),
        map: () => smoothMap(finest!.cells, finest!.range, { rows, cols }, frame, settings.sigma),
        frame,
      },
    }
  })
}
