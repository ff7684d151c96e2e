/** From parsed options to the parts of a request (`request.ts`): defaults that depend on the machine, checks across options. */
import { existsSync } from 'node:fs'
import { availableParallelism, homedir } from 'node:os'
import { featureCacheFolder, type Surroundings, weightsFolder } from '../backbone/weights-folder.ts'
import { configureMethod, loadMethod } from '../detector/methods.ts'
import { InputError, UsageError } from '../errors.ts'
import type {
  DatasetRequest,
  DetectorRequest,
  FactoryRequest,
  MachineRequest,
  Provenance,
  ThresholdRequest,
} from '../request.ts'
import type { datasetOptions, detectorOptions, machineOptions } from './common-options.ts'
import type { Effects } from './effects.ts'
import type { factoryOptions, thresholdOptions } from './evaluation-options.ts'
import type { Parsed, Values } from './options.ts'

export function resolveDataset(dataset: string, values: Values<typeof datasetOptions>): DatasetRequest {
  return {
    dataset,
    layout: values.layout,
    partPattern: values['part-pattern'],
    parts: values.parts,
    where: values.where,
  }
}

/** Settings of detectors that have options of their own, where the detector has them. */
const detectorSettings = ['preset', 'hypothesis', 'textures'] as const

/** @throws {UsageError} A setting that the detector does not have or refuses. @throws {InputError} No folder of textures. */
async function settingsOf(values: Values<typeof detectorOptions>): Promise<Record<string, unknown>> {
  const { detector, option } = values
  const { options } = await loadMethod(detector)
  const settings: Record<string, unknown> = { ...option }
  for (const name of detectorSettings) {
    const value = values[name]
    if (value === null) continue
    if (!Object.hasOwn(options.shape, name)) {
      throw new UsageError(`--${name} has no effect with --detector ${detector}`)
    }
    if (Object.hasOwn(option, name)) throw new UsageError(`--${name}: was given as --option ${name}=… too`)
    settings[name] = value
  }
  if (values.textures !== null && !existsSync(values.textures)) {
    throw new InputError(values.textures, 'no such folder of textures')
  }
  return settings
}

/** @throws {UsageError} A setting that the detector does not have or refuses, all of them named. */
export async function resolveDetector(
  values: Values<typeof detectorOptions>,
  effects: Effects,
): Promise<DetectorRequest> {
  const settings = await settingsOf(values)
  await configureMethod(values.detector, settings)
  return {
    detector: values.detector,
    detectorOptions: settings,
    backbone: values.backbone,
    weights: resolveWeights(values.weights, effects),
    size: values.size,
    fit: values.fit,
  }
}

/** @throws {InputError} A folder that was named is not there; the default one, named or not, need not exist. */
export function resolveWeights(named: string | null, effects: Effects): string {
  const byDefault = weightsFolder(null, surroundings(effects))
  if (named !== null && named !== byDefault && !existsSync(named)) {
    throw new InputError(named, 'no such folder of weights')
  }
  return named ?? byDefault
}

/** @throws {InputError} There is nothing at `path`; said before any folder is made for the results. */
export function requirePath(path: string): string {
  if (!existsSync(path)) throw new InputError(path, 'no such file or folder')
  return path
}

export function resolveMachine(values: Values<typeof machineOptions>, effects: Effects): MachineRequest {
  const cache = values.cache === false ? null : (values.cache ?? featureCacheFolder(surroundings(effects)))
  return { device: values.device, threads: values.threads ?? availableParallelism(), cache }
}

/** Where the machine keeps things, with the environment that the command was given. */
export function surroundings(effects: Effects): Surroundings {
  return { env: effects.env, platform: process.platform, home: effects.env.HOME || homedir() }
}

/** Which policies read a setting; said without one of them, it would be ignored. `--alpha` is always read. */
const readers: Readonly<Record<string, readonly string[]>> = {
  delta: ['neyman-pearson'],
  'sigma-k': ['sigma'],
}

/** @throws {UsageError} A setting that the chosen policy does not read. */
export function resolveThreshold({ values, given }: Parsed<typeof thresholdOptions>): ThresholdRequest {
  for (const [name, policies] of Object.entries(readers)) {
    const isRead = policies.includes(values.threshold)
    if (given.has(name) && !isRead) {
      throw new UsageError(
        `--${name} has no effect with --threshold ${values.threshold} (only ${policies.join(', ')})`,
      )
    }
  }
  return {
    policy: values.threshold,
    alpha: values.alpha,
    delta: values.delta,
    sigmaK: values['sigma-k'],
    reviewEscape: values['review-escape'],
  }
}

export function resolveFactory(values: Values<typeof factoryOptions>): FactoryRequest {
  return {
    prevalence: values.prevalence,
    costEscape: values['cost-escape'],
    costOverkill: values['cost-overkill'],
  }
}

/** When it was asked, and the command as it could be typed again: quoted where a shell would need it. */
export function resolveProvenance(command: string, words: readonly string[], effects: Effects): Provenance {
  const typed = [command, ...words].map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`,
  )
  return { createdAt: effects.now().toISOString(), command: ['plumbline', ...typed].join(' ') }
}
