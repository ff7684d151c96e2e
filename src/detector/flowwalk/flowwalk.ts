/**
 * flowwalk, experimental: GLASS with another source of global anomalies. Where GLASS adds Gaussian noise to nominal patches, here a flow
 * learns what nominal patches are like, and walks from them outwards in its latent space.
 *
 * Everything else is GLASS's preset `small`, so that the two differ in nothing but that. The trained model is one of GLASS's: the flow is
 * needed for training only. Source: section 5 of the seed paper; `docs/detectors/flowwalk.md` says what it is worth.
 */
import type { DetectorMethod, FitInput, Machine } from '../detector.ts'
import { fitGlass } from '../glass/fit-glass.ts'
import { decodeGlass, glassFileName } from '../glass/glass-file.ts'
import { chooseStages, type GlassOptions, glassOptions } from '../glass/options.ts'
import type { Pool } from '../glass/patch-pool.ts'
import { openGlass } from '../glass/score-images.ts'
import { ownFile } from '../own-file.ts'
import { type FlowwalkOptions, flowwalkOptions } from './options.ts'
import { trainPatchFlow } from './train-patch-flow.ts'
import { openWalk } from './walk.ts'
import { whiteningOf } from './whitening.ts'

export const flowwalk: DetectorMethod<FlowwalkOptions> = {
  id: 'flowwalk',
  version: 1,
  title: 'flowwalk (experimental)',
  options: flowwalkOptions,
  stages: (vision, options) => chooseStages(vision, glassOf(options)),

  async fit(input: FitInput, options: FlowwalkOptions) {
    input.task.note('flowwalk is experimental: compare it with glass on the same folds before you believe it')
    const openGlobals = (nominal: Pool, rows: number) => walkOutwards(nominal, rows, input, options)
    const { model, curves } = await fitGlass(input, glassOf(options), { openGlobals })
    return { ...(await openGlass(model, input)), curves }
  },

  async load(files, machine: Machine) {
    return openGlass(decodeGlass(ownFile(files, glassFileName)), machine)
  },
}

async function walkOutwards(nominal: Pool, rows: number, input: FitInput, options: FlowwalkOptions) {
  const { device, threads, task } = input
  const machine = { device, threads }
  const random = input.random.fork('flowwalk')
  const { blocks, flowHidden: hidden, clamp, flowSteps, flowRows, flowRate, direction, walk } = options
  const shape = { dims: nominal.dims, hidden, blocks, clamp }
  const whitening = whiteningOf(nominal, random.fork('whitening'))
  const { parameters, loss } = await trainPatchFlow(nominal, {
    shape,
    whitening,
    steps: flowSteps,
    rows: flowRows,
    learningRate: flowRate,
    random: random.fork('train'),
    machine,
    task,
    scratch: input.scratch ?? null,
  })
  // Whitened patches that were normal would have half a nat a column, whatever the flow did.
  task.note(
    `flowwalk: the flow explains nominal patches ${(0.5 - loss).toFixed(3)} nats a dimension better than a Gaussian`,
  )
  const [low, high] = walk
  return openWalk({ shape, whitening, parameters }, { direction, low, high, rows }, machine)
}

const glassOf = ({
  stages,
  relative,
  textures,
  hypothesis,
  steps,
  localWeight,
}: FlowwalkOptions): GlassOptions =>
  glassOptions.parse({ preset: 'small', stages, relative, textures, hypothesis, steps, localWeight })
