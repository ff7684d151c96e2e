/** The detection methods by name; each is imported when it is asked for. */
import { UsageError } from '../errors.ts'
import { didYouMean } from '../math/nearest-name.ts'
import type { DetectorMethod } from './detector.ts'

const loaders: Readonly<Record<string, () => Promise<DetectorMethod<never>>>> = {
  patchcore: async () => (await import('./patchcore/patchcore.ts')).patchcore as DetectorMethod<never>,
  glass: async () => (await import('./glass/glass.ts')).glass as DetectorMethod<never>,
  csflow: async () => (await import('./csflow/csflow.ts')).csflow as DetectorMethod<never>,
  flowwalk: async () => (await import('./flowwalk/flowwalk.ts')).flowwalk as DetectorMethod<never>,
}

export const methodNames: readonly string[] = Object.keys(loaders)

/** A method and its settings, defaults filled in. */
export interface ConfiguredMethod {
  readonly method: DetectorMethod<never>
  readonly options: never
}

/** @throws {UsageError} There is no such method. */
export async function loadMethod(id: string): Promise<DetectorMethod<never>> {
  if (Object.hasOwn(loaders, id)) return loaders[id]!()
  throw new UsageError(
    `no detector named ${id}; there are ${methodNames.join(', ')}${didYouMean(id, methodNames)}`,
  )
}

/**
 * @param settings - What the user set; the method's defaults stand for the rest.
 * @throws {UsageError} There is no such method, or it does not have or refuses a setting; all of them are named.
 */
export async function configureMethod(
  id: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<ConfiguredMethod> {
  const method = await loadMethod(id)
  const parsed = method.options.safeParse(settings)
  if (parsed.success) return { method, options: parsed.data }
  const known = Object.keys(method.options.shape)
  const problems = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `unknown setting ${key}${didYouMean(key, known)} (${known.join(', ')})`)
      : [`${issue.path.join('.')}: ${issue.message}`],
  )
  throw new UsageError(problems.map((problem) => `--option: ${id}: ${problem}`).join('\n'))
}
