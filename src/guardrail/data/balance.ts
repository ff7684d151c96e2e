/** `balance`: which kinds of defects, angles or lots are too few to speak of? */
import type { Sample } from '../../dataset/sample.ts'
import { clopperPearson } from '../../evaluate/intervals/clopper-pearson.ts'
import { unitId } from '../../evaluate/units.ts'
import type { Guardrail } from '../contract.ts'
import { answer, skipped, some } from './answer.ts'
import type { CheckContext } from './check-context.ts'

const id = 'balance'

/**
 * Units of a group below which nothing can be said of it: if a detector finds all of 9, one in three may still escape (95 %
 * interval from 0.66 to 1).
 */
const leastUnits = 10
/** A column is a grouping where it has this many values, or fewer, and most images have one. */
const mostValues = 24
const leastFilled = 0.5

interface Group {
  readonly column: string
  readonly value: string
  readonly label: Sample['label']
  readonly units: number
  readonly images: number
}

export const balance: Guardrail<CheckContext> = {
  id,
  question: 'Which kinds of defects, angles or lots are too few to speak of?',
  async run({ scan, unit }) {
    const samples = scan.pictures.map(({ sample }) => sample)
    if (samples.length === 0) return skipped('no image can be decoded')
    const defects = groups(samples, 'defect', ({ defect }) => defect, 'anomalous', unit)
    const columns = [...new Set(samples.flatMap(({ attributes }) => Object.keys(attributes)))].sort()
    const others = columns
      .map((column) =>
        (['nominal', 'anomalous'] as const).flatMap((label) =>
          groups(samples, column, ({ attributes }) => attributes[column] ?? null, label, unit),
        ),
      )
      .filter((found) => isGrouping(found, samples))
      .flat()
    if (defects.length === 0 && others.length === 0) {
      return skipped(
        'there are no kinds of defects and no columns (angle, lot ...) to count by: name them in folders or in a manifest',
      )
    }
    const few = (of: readonly Group[]): readonly Group[] => of.filter(({ units }) => units < leastUnits)
    const describe = ({ column, value, label, units, images }: Group) => ({
      column,
      value,
      label,
      units,
      images,
      ifAllFound: clopperPearson(units, units, 0.95),
    })
    const [rare, thin] = [few(defects), few(others)]
    const names = (of: readonly Group[]): string =>
      of
        .slice(0, 4)
        .map(({ value, units }) => `${value} (${units})`)
        .join(', ') + (of.length > 4 ? ` and ${of.length - 4} more` : '')
    return answer([
      rare.length === 0
        ? null
        : {
            id,
            severity: 'warning',
            title: `Of ${rare.length} of ${defects.length} kinds of defects there are fewer than ${leastUnits} ${unit}s: ${names(rare)}. Their figures will mean nothing.`,
            evidence: {
              unit,
              groups: some(rare.map(describe)),
              all: some(defects.map(({ value, units, images }) => ({ value, units, images }))),
            },
            remedy:
              'Collect more of these defects, or claim nothing about them: a kind that was hardly ever judged may escape every time.',
          },
      thin.length === 0
        ? null
        : {
            id,
            severity: 'info',
            title: `In ${thin.length} of ${others.length} groups by column (${[...new Set(thin.map(({ column }) => column))].join(', ')}) there are fewer than ${leastUnits} ${unit}s of a label.`,
            evidence: { unit, groups: some(thin.map(describe)) },
            remedy:
              'Figures for these groups have wide intervals. Where such a group matters on the line, photograph more of it.',
          },
    ])
  },
}

function groups(
  samples: readonly Sample[],
  column: string,
  cellOf: (sample: Sample) => string | null,
  label: Sample['label'],
  unit: CheckContext['unit'],
): readonly Group[] {
  const found = new Map<string, Sample[]>()
  for (const sample of samples) {
    const value = cellOf(sample)
    if (sample.label !== label || value === null || value === '') continue
    found.set(value, [...(found.get(value) ?? []), sample])
  }
  return [...found]
    .map(([value, members]) => ({
      column,
      value,
      label,
      units: new Set(members.map((sample) => unitId(sample, unit))).size,
      images: members.length,
    }))
    .sort((a, b) => a.units - b.units || (a.value < b.value ? -1 : 1))
}

function isGrouping(found: readonly Group[], samples: readonly Sample[]): boolean {
  const values = new Set(found.map(({ value }) => value)).size
  const filled = found.reduce((sum, { images }) => sum + images, 0)
  return values >= 2 && values <= mostValues && filled >= leastFilled * samples.length
}
