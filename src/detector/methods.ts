/** The detection methods by name; each is imported when it is asked for. */
import { UsageError } from '../errors.ts'
import { didYouMean } from '../math/nearest-name.ts'
import type { DetectorMethod } from './detector.ts'

interface Listed {
  load(): Promise<DetectorMethod>
  /** Settings of which some have a flag of their own (`setting-flags.ts`): the help loads them, and not the method. */
  settings?(): Promise<DetectorMethod['options']>
}

/** The only list of them. */
const methods: Readonly<Record<string, Listed>> = {
  patchcore: { load: async () => (await import('./patchcore/patchcore.ts')).patchcore },
  glass: {
    load: async () => (await import('./glass/glass.ts')).glass,
    settings: async () => (await import('./glass/options.ts')).glassOptions,
  },
  csflow: {
    load: async () => (await import('./csflow/csflow.ts')).csflow,
    settings: async () => (await import('./csflow/options.ts')).csflowOptions,
  },
  padim: { load: async () => (await import('./padim/padim.ts')).padim },
  flowwalk: {
    load: async () => (await import('./flowwalk/flowwalk.ts')).flowwalk,
    settings: async () => (await import('./flowwalk/options.ts')).flowwalkOptions,
  },
  subspace: { load: async () => (await import('./subspace/subspace.ts')).subspace },
  anomalydino: { load: async () => (await import('./anomalydino/anomalydino.ts')).anomalydino },
}

export const methodNames: readonly string[] = Object.keys(methods)

/** A method and its settings, defaults filled in. */
export interface ConfiguredMethod {
  readonly method: DetectorMethod
  readonly options: Readonly<Record<string, unknown>>
}

/** @returns By name of the method: the schemas of its settings, where some have flags of their own. */
export async function loadSettings(): Promise<ReadonlyMap<string, DetectorMethod['options']['shape']>> {
  const all = Object.entries(methods).flatMap(([id, { settings }]) =>
    settings === undefined ? [] : [settings().then(({ shape }) => [id, shape] as const)],
  )
  return new Map(await Promise.all(all))
}

/**
 * @param own - Methods from outside the program; they come first.
 * @throws {UsageError} There is no such method.
 */
export async function loadMethod(id: string, own: readonly DetectorMethod[] = []): Promise<DetectorMethod> {
  const found = own.find((method) => method.id === id)
  if (found !== undefined) return found
  const listed = Object.hasOwn(methods, id) ? methods[id] : undefined
  if (listed !== undefined) return listed.load()
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
