/** What a simulated dataset is made of. */
import { availableParallelism } from 'node:os'
import { UsageError } from '../errors.ts'
import { didYouMean } from '../math/nearest-name.ts'
import { defectKinds } from './defect-kinds.ts'
import { type PathologyName, pathologyNames } from './pathologies/pathology-names.ts'
import { type Background, backgrounds, type ObjectName, objectNames } from './render-spec.ts'

export interface SimulateOptions {
  /** Folder to fill: new, empty, or begun by the same options before. */
  readonly out: string
  readonly seed: number
  readonly object: ObjectName
  /** Parts without and with defects. */
  readonly parts: number
  readonly defectiveParts: number
  /** Every part is photographed at this many stations, spread evenly over `angles`. */
  readonly imagesPerPart: number
  readonly width: number
  readonly height: number
  /** First and last station's rotation about the fixture's axis, degrees; 0 shows the front. */
  readonly angles: readonly [from: number, to: number]
  readonly background: Background
  /** Kinds of defects, dealt out in turn; null for all that the object can have. */
  readonly defects: readonly string[] | null
  /** Production lots: each has its marks, its tools and its shade. */
  readonly lots: number
  /** What is wrong with the dataset: strength 0 (healthy) .. 1 by name. */
  readonly pathologies: Readonly<Partial<Record<PathologyName, number>>>
  /** Worker threads; 0 renders in this thread. Without influence on the result. */
  readonly workers: number
}

export const simulateDefaults: Omit<SimulateOptions, 'out'> = {
  seed: 0,
  object: 'link',
  parts: 60,
  defectiveParts: 30,
  imagesPerPart: 4,
  width: 200,
  height: 267,
  angles: [-45, 45],
  background: 'fixture',
  defects: null,
  lots: 3,
  pathologies: {},
  workers: availableParallelism(),
}

/** @throws {UsageError} naming every option out of range. */
export function checkSimulateOptions(options: SimulateOptions): void {
  const faults: string[] = []
  const count = (name: keyof SimulateOptions, least: number, most: number): void => {
    const value = options[name]
    if (!Number.isInteger(value) || Number(value) < least || Number(value) > most) {
      faults.push(`${name}: expected a whole number from ${least} to ${most}, got ${String(value)}`)
    }
  }
  count('parts', 1, 100_000)
  count('defectiveParts', 0, 100_000)
  count('imagesPerPart', 1, 360)
  count('width', 48, 4096)
  count('height', 48, 4096)
  count('lots', 1, 50)
  count('workers', 0, 256)
  if (!Number.isSafeInteger(options.seed)) faults.push(`seed: expected a whole number, got ${options.seed}`)
  if (options.out === '') faults.push('out: expected a folder, got nothing')
  const [from, to] = options.angles
  if (!(Math.abs(from) <= 360 && Math.abs(to) <= 360 && from <= to)) {
    faults.push(`angles: expected FROM <= TO within -360..360 degrees, got ${from}..${to}`)
  }
  if (!backgrounds.includes(options.background)) {
    faults.push(`background: expected ${backgrounds.join(' or ')}, got '${options.background}'`)
  }
  if (!objectNames.includes(options.object)) {
    faults.push(`object: expected ${objectNames.join(', ')}, got '${options.object}'`)
  } else {
    faults.push(...defectFaults(options))
  }
  faults.push(...pathologyFaults(options))
  if (faults.length > 0) throw new UsageError(faults.join('; '))
}

function defectFaults({ object, defects }: SimulateOptions): string[] {
  if (defects === null) return []
  const known: readonly string[] = defectKinds[object]
  const unknown = defects.filter((kind) => !known.includes(kind))
  if (unknown.length === 0 && defects.length > 0) return []
  const got = `'${defects.join(', ')}'${didYouMean(unknown[0] ?? '', known)}`
  return [`defects: expected some of a ${object}'s: ${known.join(', ')}, got ${got}`]
}

function pathologyFaults({ pathologies, imagesPerPart, object, background }: SimulateOptions): string[] {
  const faults: string[] = []
  for (const [name, strength] of Object.entries(pathologies)) {
    if (!(pathologyNames as readonly string[]).includes(name)) {
      const hint = didYouMean(name, pathologyNames) || ` (known: ${pathologyNames.join(', ')})`
      faults.push(`pathology: unknown '${name}'${hint}`)
    } else if (!(typeof strength === 'number' && strength >= 0 && strength <= 1)) {
      faults.push(`pathology: ${name}: expected a strength from 0 to 1, got ${JSON.stringify(strength)}`)
    }
  }
  if (pathologies['part-scatter'] && imagesPerPart < 2) {
    faults.push('pathology: part-scatter: expected at least 2 images of a part, got 1')
  }
  if (pathologies.background && object === 'weave' && background === 'plain') {
    faults.push('pathology: background: expected the background fixture, for a plain weave fills the picture')
  }
  return faults
}
