/** Small datasets for the tests of this room. */
import type { Label, Sample } from '../../src/dataset/sample.ts'

export function sample(id: string, label: Label, more: Partial<Sample> = {}): Sample {
  return {
    id,
    path: `/data/${id}`,
    label,
    part: null,
    defect: label === 'anomalous' ? 'scratch' : null,
    mask: null,
    foreground: null,
    split: null,
    attributes: {},
    ...more,
  }
}

export function samples(
  nominal: number,
  anomalous: number,
  defects: readonly string[] = ['scratch'],
): Sample[] {
  const name = (prefix: string, i: number) => `${prefix}${String(i).padStart(5, '0')}`
  return [
    ...Array.from({ length: nominal }, (_, i) => sample(name('n', i), 'nominal')),
    ...Array.from({ length: anomalous }, (_, i) =>
      sample(name('a', i), 'anomalous', { defect: defects[i % defects.length]! }),
    ),
  ]
}

/** Parts given as [nominal images, anomalous images]. */
export function partSamples(parts: readonly (readonly [number, number])[]): Sample[] {
  return parts.flatMap(([nominal, anomalous], p) => [
    ...Array.from({ length: nominal }, (_, i) => sample(`p${p}-n${i}`, 'nominal', { part: `p${p}` })),
    ...Array.from({ length: anomalous }, (_, i) => sample(`p${p}-a${i}`, 'anomalous', { part: `p${p}` })),
  ])
}
