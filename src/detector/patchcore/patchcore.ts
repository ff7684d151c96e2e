/**
 * PatchCore: a memory of nominal patches; a patch is as anomalous as it is far from everything remembered.
 *
 * Source: Roth et al. 2022, "Towards total recall in industrial anomaly detection", arXiv 2106.08265. What differs from the
 * paper, and why, is in `docs/detectors/patchcore.md`.
 */
import type { Vision } from '../../backbone/vision.ts'
import type { Detector, DetectorMethod, FitInput, Machine } from '../detector.ts'
import { ownFile } from '../own-file.ts'
import { choosePatchSettings } from '../patches/patch-settings.ts'
import type { DrawnRows } from '../patches/priority-sample.ts'
import { graphDetector } from '../score-graph/open-scorer.ts'
import { type Bank, type BankSettings, bankFileName, decodeBank, encodeBank } from './bank-file.ts'
import { collectCandidates, gatherCandidates, mergeCandidates } from './candidates.ts'
import { coresetGreedy } from './coreset.ts'
import { type PatchcoreOptions, patchcoreOptions } from './options.ts'
import { project } from './project.ts'
import { patchcoreGraph } from './score-graph.ts'
import { searchAxes } from './search-axes.ts'

export const patchcore: DetectorMethod<PatchcoreOptions> = {
  id: 'patchcore',
  version: 3,
  title: 'PatchCore',
  options: patchcoreOptions,
  stages: (vision, options) => bankSettings(vision, options).stages,

  async fit(input, options) {
    const settings = bankSettings(input.vision, options)
    return fitOn(await collectCandidates(input, settings, options.candidates), settings, input, options)
  },

  shared: {
    gather: (input, options) =>
      gatherCandidates(input, bankSettings(input.vision, options), options.candidates),
    async fit(shards, input, options) {
      const candidates = await mergeCandidates(shards, options.candidates, input)
      return fitOn(candidates, bankSettings(input.vision, options), input, options)
    },
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

async function fitOn(
  { rows, dims }: DrawnRows,
  settings: BankSettings,
  input: Omit<FitInput, 'samples'>,
  options: PatchcoreOptions,
): Promise<Detector> {
  const chosen = await chooseBank(rows, dims, input, options)
  const bank = rowsAt(rows, dims, chosen)
  const isChosen = new Set(chosen)
  const others = Array.from({ length: rows.length / dims }, (_, i) => i).filter((i) => !isChosen.has(i))
  const axes = await searchAxes(bank, rows, others, dims, input.random.fork('search'), input)
  return openDetector({ settings, dims, rows: bank, axes }, input)
}

/** Which of the candidates. */
async function chooseBank(
  rows: Float32Array,
  dims: number,
  { random, task, device, threads }: Omit<FitInput, 'samples'>,
  { bankSize, projection }: PatchcoreOptions,
): Promise<Int32Array> {
  const count = rows.length / dims
  const machine = { device, threads }
  const isProjected = projection > 0 && projection < dims
  const points = isProjected
    ? await project(rows, dims, projection, random.fork('projection'), machine)
    : rows
  const first = random.fork('coreset').integer(count)
  return coresetGreedy(points, isProjected ? projection : dims, bankSize, first, machine, task)
}

function rowsAt(rows: Float32Array, dims: number, places: Int32Array): Float32Array {
  const taken = new Float32Array(places.length * dims)
  places.forEach((place, i) => {
    taken.set(rows.subarray(place * dims, (place + 1) * dims), i * dims)
  })
  return taken
}

const openDetector = (bank: Bank, machine: Machine): Detector =>
  graphDetector(patchcoreGraph(bank), machine, () => encodeBank(bank))
