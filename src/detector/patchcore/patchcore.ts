/**
 * PatchCore: a memory of nominal patches; a patch is as anomalous as it is far from everything remembered.
 *
 * Source: Roth et al. 2022, "Towards total recall in industrial anomaly detection", arXiv 2106.08265. What differs from the
 * paper, and why, is in `docs/detectors/patchcore.md`.
 */
import type { Vision } from '../../backbone/vision.ts'
import { InputError, StatisticalError } from '../../errors.ts'
import { present } from '../../present.ts'
import { checkCancelled } from '../../task.ts'
import type { Detector, DetectorMethod, FitInput, Machine } from '../detector.ts'
import { ownFile } from '../own-file.ts'
import { embedPatches } from '../patches/embed-patches.ts'
import { choosePatchSettings } from '../patches/patch-settings.ts'
import { createPrioritySample, type PrioritySample } from '../patches/priority-sample.ts'
import { graphDetector } from '../score-graph/open-scorer.ts'
import { type Bank, type BankSettings, bankFileName, decodeBank, encodeBank } from './bank-file.ts'
import { coresetGreedy } from './coreset.ts'
import { type PatchcoreOptions, patchcoreOptions } from './options.ts'
import { project } from './project.ts'
import { patchcoreGraph } from './score-graph.ts'

export const patchcore: DetectorMethod<PatchcoreOptions> = {
  id: 'patchcore',
  version: 2,
  title: 'PatchCore',
  options: patchcoreOptions,
  stages: (vision, options) => bankSettings(vision, options).stages,

  async fit(input, options) {
    const settings = bankSettings(input.vision, options)
    const { rows, dims } = await collectCandidates(input, settings, options.candidates)
    const bank = await chooseBank(rows, dims, input, options)
    return openDetector({ settings, dims, rows: bank }, input)
  },

  async load(files, machine) {
    return openDetector(decodeBank(ownFile(files, bankFileName)), machine)
  },
}

/** Every choice that was left to the backbone, made. */
function bankSettings(vision: Vision, options: PatchcoreOptions): BankSettings {
  return {
    ...choosePatchSettings(vision.backbone.patchDefaults, options),
    peaks: options.peaks,
    neighbours: options.neighbours,
    sigma: options.sigma,
  }
}

async function collectCandidates(
  { samples, vision, random, task }: FitInput,
  settings: BankSettings,
  most: number,
): Promise<{ rows: Float32Array; dims: number }> {
  if (samples.length === 0) throw new StatisticalError('PatchCore: no nominal image to learn from')
  let sample: PrioritySample | undefined
  let image = 0
  let dims = 0
  for await (const outcome of vision.features(samples, settings.stages, task)) {
    checkCancelled(task)
    if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
    const patches = embedPatches(outcome.value, settings)
    dims = patches.dims
    sample ??= createPrioritySample(dims, most, random.fork('candidates'))
    sample.add(image++, patches.data)
  }
  return { rows: present(sample, 'features of at least one image').drawn().rows, dims }
}

async function chooseBank(
  rows: Float32Array,
  dims: number,
  { random, task, device, threads }: FitInput,
  { bankSize, projection }: PatchcoreOptions,
): Promise<Float32Array> {
  const count = rows.length / dims
  const machine = { device, threads }
  const isProjected = projection > 0 && projection < dims
  const points = isProjected
    ? await project(rows, dims, projection, random.fork('projection'), machine)
    : rows
  const first = random.fork('coreset').integer(count)
  const pointDims = isProjected ? projection : dims
  const chosen = await coresetGreedy(points, pointDims, bankSize, first, machine, task)
  const bank = new Float32Array(chosen.length * dims)
  chosen.forEach((row, i) => {
    bank.set(rows.subarray(row * dims, (row + 1) * dims), i * dims)
  })
  return bank
}

const openDetector = (bank: Bank, machine: Machine): Detector =>
  graphDetector(patchcoreGraph(bank), machine, () => encodeBank(bank))
