/** The detection methods by name; each is imported when it is asked for. */
import { UsageError } from '../errors.ts'
import { didYouMean } from '../math/nearest-name.ts'
import type { DetectorMethod } from './detector.ts'

const loaders: Readonly<Record<string, () => Promise<DetectorMethod>>> = {
  patchcore: async () => (await import('./patchcore/patchcore.ts')).patchcore,
  glass: async () => (await import('./glass/glass.ts')).glass,
  csflow: async () => (await import('./csflow/csflow.ts')).csflow,
  padim: async () => (await import('./padim/padim.ts')).padim,
  flowwalk: async () => (await import('./flowwalk/flowwalk.ts')).flowwalk,
  subspace: async () => (await import('./subspace/subspace.ts')).subspace,
  anomalydino: async () => (await import('./anomalydino/anomalydino.ts')).anomalydino,
}

/** The schemas of the methods' settings, which load faster than the methods. */
const settings: Readonly<Record<string, () => Promise<DetectorMethod['options']>>> = {
  patchcore: async () => (await import('./patchcore/options.ts')).patchcoreOptions,
  glass: async () => (await import('./glass/options.ts')).glassOptions,
  csflow: async () => (await import('./csflow/options.ts')).csflowOptions,
  flowwalk: async () => (await import('./flowwalk/options.ts')).flowwalkOptions,
}

export const methodNames: readonly string[] = Object.keys(loaders)

/** A method and its settings, defaults filled in. */
export interface ConfiguredMethod {
  readonly method: DetectorMethod
  readonly options: Readonly<Record<string, unknown>>
}

/** @returns By name of the method: the schemas of its settings. */
export async function loadSettings(): Promise<ReadonlyMap<string, DetectorMethod['options']['shape']>> {
  const all = Object.entries(settings).map(async ([id, load]) => [id, (await load()).shape] as const)
  return new Map(await Promise.all(all))
}

/**
 * @param own - Methods from outside the program; they come first.
 * @throws {UsageError} There is no such method.
 */
export async function loadMethod(id: string, own: readonly DetectorMethod[] = []): Promise<DetectorMethod> {
  const found = own.find((method) => method.id === id)
  if (found !== undefined) return found
  if (Object.hasOwn(loaders, id)) return loaders[id]!()
  const names = [...own.map((method) => method.id), ...methodNames]
  throw new UsageError(`no detector named ${id}; there are ${names.join(', ')}${didYouMean(id, names)}`)
}

/**
 * @param detector - A method, or the name of one of the program's.
 * @param settings - What the user set; the method's defaults stand for the rest.
 * @throws {UsageError} There is no such method, or it does not have or refuses a setting; all of them are named.
 */
export async function configureMethod(
  detector: string | DetectorMethod,
  settings: Readonly<Record<string, unknown>>,
): Promise<ConfiguredMethod> {
  const method = typeof detector === 'string' ? await loadMethod(detector) : detector
  const { id } = method
  const parsed = method.options.safeParse(settings)
  if (parsed.success) return { method, options: parsed.data as Record<string, unknown> }
  const known = Object.keys(method.options.shape)
  const problems = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `unknown setting ${key}${didYouMean(key, known)} (${known.join(', ')})`)
      : [`${issue.path.join('.')}: ${issue.message}`],
  )
  throw new UsageError(problems.map((problem) => `--option: ${id}: ${problem}`).join('\n'))
}
