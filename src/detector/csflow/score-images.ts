/** A fitted flow as a detector. */
import type { Vision } from '../../backbone/vision.ts'
import { ModelError } from '../../errors.ts'
import { fitFrame } from '../../image/frame.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { Detector, ImageRef, Machine, Outcome, Scored } from '../detector.ts'
import { smoothMap } from '../patches/smoothing.ts'
import { encodeFlow, type FlowModel, flowFileName } from './flow-file.ts'
import type { FlowShape } from './flow-shape.ts'
import { contentEnergies, latentScore } from './latent-score.ts'
import { type PyramidFeatures, pyramidFeatures } from './pyramid-features.ts'
import { type FlowRunner, openFlow } from './run-flow.ts'

/** Images that are scored together. */
const scoredTogether = 4

export async function openCsflow(model: FlowModel, machine: Machine): Promise<Detector> {
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
        map: () => smoothMap(own[0]!.cells, own[0]!.range, { rows, cols }, frame, settings.sigma),
        frame,
      },
    }
  })
}
