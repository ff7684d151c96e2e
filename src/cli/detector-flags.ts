/**
 * Settings of detectors that have an option of their own (`--preset paper` for `--option preset=paper`), made from the
 * schemas of the detectors.
 */
import { z } from 'zod'
import type { DetectorMethod } from '../detector/detector.ts'
import { loadSettings } from '../detector/methods.ts'
import { type SettingFlag, settingFlags } from '../detector/setting-flags.ts'
import { UsageError } from '../errors.ts'
import { choice, path, text } from '../options/kinds.ts'
import { nameOf, type Option, type Table } from '../options/option.ts'

interface Setting {
  readonly detector: string
  readonly schema: z.ZodType
  readonly flag: SettingFlag
}

const shapes = await loadSettings()
const group = 'Detector'

/** By name of the setting, the detectors that have it. */
function settingsWithFlags(): ReadonlyMap<string, readonly Setting[]> {
  const found = new Map<string, Setting[]>()
  for (const [detector, shape] of shapes) {
    for (const [name, schema] of Object.entries(shape)) {
      if (!(schema instanceof z.ZodType)) continue
      const flag = settingFlags.get(schema)
      if (flag !== undefined) found.set(name, [...(found.get(name) ?? []), { detector, schema, flag }])
    }
  }
  return found
}

function optionOf(settings: readonly [Setting, ...Setting[]]): Option {
  const [{ schema, flag }] = settings
  const names = settings.map(({ detector }) => `\`${detector}\``)
  const help = `For ${listed(names)}: ${flag.help}.`
  const facts = { help, group, defaultText: defaultInWords(settings) }
  const inner = unwrap(schema)
  if (inner instanceof z.ZodEnum) return choice(inner.options.map(String), facts)
  return flag.path ? path({ ...facts, ...flag.path }) : text(facts)
}

/** The schema within a default and a null. */
function unwrap(schema: z.ZodType): z.ZodType {
  const isWrapped = schema instanceof z.ZodDefault || schema instanceof z.ZodNullable
  return isWrapped ? unwrap(schema.unwrap() as z.ZodType) : schema
}

/** One default for all, or whose is which. */
function defaultInWords(settings: readonly Setting[]): string {
  const defaults = settings.map(({ detector, schema, flag }) => {
    const value: unknown = schema.parse(undefined)
    return { detector, text: value === null ? (flag.defaultText ?? 'none') : String(value) }
  })
  const texts = new Set(defaults.map((each) => each.text))
  if (texts.size === 1) return [...texts].join('')
  return defaults.map((each) => `${each.text} for \`${each.detector}\``).join(', ')
}

const listed = (names: readonly string[]): string =>
  names.length === 1 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

const settings = settingsWithFlags()

export const detectorFlags: Table = Object.fromEntries(
  [...settings].flatMap(([name, [first, ...more]]) => (first ? [[name, optionOf([first, ...more])]] : [])),
)

/** A table with these options after `detector`. */
export function withDetectorFlags<T extends Table>(options: T): T {
  const entries = Object.entries(options)
  const at = entries.findIndex(([key]) => key === 'detector') + 1
  return Object.fromEntries(entries.toSpliced(at, 0, ...Object.entries(detectorFlags))) as T
}

interface Chosen {
  readonly detector: string | DetectorMethod
  readonly detectorOptions: Readonly<Record<string, unknown>>
}

/**
 * Takes these options into `detectorOptions`.
 *
 * @throws {UsageError} The detector does not have the setting, or it was given as `--option` as well.
 */
export function takeInFlags<V extends Chosen>(values: V): V {
  const detector = typeof values.detector === 'string' ? values.detector : values.detector.id
  const detectorOptions = { ...values.detectorOptions }
  const rest: Record<string, unknown> = Object.fromEntries(Object.entries(values))
  for (const [key, option] of Object.entries(detectorFlags)) {
    const value = rest[key] ?? null
    delete rest[key]
    if (value === null) continue
    const name = nameOf(key, option)
    if (!settings.get(key)?.some((setting) => setting.detector === detector)) {
      throw new UsageError(`--${name} has no effect with --detector ${detector}`)
    }
    if (Object.hasOwn(detectorOptions, key)) {
      throw new UsageError(`--${name}: was given as --option ${key}=… too`)
    }
    detectorOptions[key] = value
  }
  return { ...rest, detectorOptions } as unknown as V
}
