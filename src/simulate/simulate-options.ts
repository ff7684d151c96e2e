/** What a simulated dataset is made of. */
import { availableParallelism } from 'node:os'
import { UsageError } from '../errors.ts'
import { type Background, backgrounds, type DefectKind, defectKinds } from './render-spec.ts'

export interface SimulateOptions {
  /** Folder to fill: new, empty, or begun by the same options before. */
  readonly out: string
  readonly seed: number
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
  /** Kinds of defects, dealt out in turn. */
  readonly defects: readonly DefectKind[]
  /** Production lots: each has its marks, its die and its shade of steel. */
  readonly lots: number
  /** Worker threads; 0 renders in this thread. Without influence on the result. */
  readonly workers: number
}

export const simulateDefaults: Omit<SimulateOptions, 'out'> = {
  seed: 0,
  parts: 60,
  defectiveParts: 30,
  imagesPerPart: 4,
  width: 200,
  height: 267,
  angles: [-45, 45],
  background: 'fixture',
  defects: defectKinds,
  lots: 3,
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
  const unknown = options.defects.filter((kind) => !defectKinds.includes(kind))
  if (unknown.length > 0 || (options.defects.length === 0 && options.defectiveParts > 0)) {
    faults.push(`defects: expected some of ${defectKinds.join(', ')}, got '${options.defects.join(', ')}'`)
  }
  if (faults.length > 0) throw new UsageError(`simulate: ${faults.join('; ')}`)
}
