/**
 * A request as a configuration file, and back: `config.json` of a run folder, which `plumbline evaluate --config` takes to
 * repeat the run. Names are those of the command line; a setting without effect is left out.
 */
import type { Surroundings } from '../backbone/weights-folder.ts'
import { nameOf, type Table, type Values } from './option.ts'
import { fillIn, isRead } from './request.ts'

/** @param only - Which options; all of them if absent. */
export function toConfig<T extends Table>(
  table: T,
  request: Values<T>,
  only: (key: string) => boolean = () => true,
): Record<string, unknown> {
  const values: Readonly<Record<string, unknown>> = request
  return Object.fromEntries(
    Object.entries(table)
      .filter(([key]) => only(key) && isRead(table, key, values))
      .map(([key, option]) => [nameOf(key, option), option.kind.write(values[key])]),
  )
}

/** The options that decide about figures: what must be the same for a run to go on. */
export function decisiveConfig<T extends Table>(table: T, request: Values<T>): Record<string, unknown> {
  return toConfig(table, request, (key) => !table[key]!.isBookkeeping)
}

/**
 * A configuration, perhaps of an older version: what it does not name has its default, what it names and nobody knows is
 * passed over.
 *
 * @returns The values, or what is wrong with them.
 */
export function fromConfig<T extends Table>(
  table: T,
  config: Readonly<Record<string, unknown>>,
  folder: string,
  machine: Surroundings,
): { readonly values: Values<T> } | { readonly problems: readonly string[] } {
  const problems: string[] = []
  const given = new Map<string, unknown>()
  for (const [key, option] of Object.entries(table)) {
    const name = nameOf(key, option)
    const raw = Object.hasOwn(config, name) ? config[name] : undefined
    if (raw === undefined || raw === null) {
      if (option.isRequired) problems.push(`${name}: is missing`)
      continue
    }
    const reading = option.kind.read(raw, 'json', folder)
    if (reading.ok) given.set(key, reading.value)
    else problems.push(`${name}: ${reading.problem}`)
  }
  if (problems.length > 0) return { problems }
  return { values: fillIn({ options: table }, given, machine, folder) as Values<T> }
}
