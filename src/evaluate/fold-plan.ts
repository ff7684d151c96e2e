/** The plan of a fold: who trains, who chooses the threshold, who is judged. */
import type { Sample } from '../dataset/sample.ts'
import type { Candidate } from './fill-halves.ts'

/** [nominal, anomalous]. */
export type Pair = readonly [number, number]

export interface FoldPlan {
  readonly fold: number
  /** Nominal images only. */
  readonly train: readonly Sample[]
  readonly threshold: readonly Sample[]
  readonly inference: readonly Sample[]
  readonly unitIds: {
    readonly train: readonly string[]
    readonly threshold: readonly string[]
    readonly inference: readonly string[]
  }
  readonly counts: { readonly train: number; readonly threshold: Pair; readonly inference: Pair }
  /** Units with nominal images, units with anomalous images; a mixed unit counts in both. */
  readonly units: { readonly train: number; readonly threshold: Pair; readonly inference: Pair }
  /** Units whose nominal, or anomalous, images have no role in this fold. */
  readonly satOut: { readonly nominal: number; readonly anomalous: number }
  /** What is judged, where whole groups are left out. */
  readonly group?: string
}

/** Whoever is in no half trains, where it may. */
export function toPlan(
  fold: number,
  candidates: readonly Candidate[],
  inference: readonly Candidate[],
  threshold: readonly Candidate[],
): FoldPlan {
  const held = new Set([...inference, ...threshold])
  const idle = candidates.filter((c) => !held.has(c))
  const train = idle.filter((c) => c.trains)
  const role = (members: readonly Candidate[]) => {
    const sorted = members.map((c) => c.unit).sort((x, y) => (x.id < y.id ? -1 : 1))
    return {
      samples: sorted
        .flatMap((unit) => [...unit.nominal, ...unit.anomalous])
        .sort((x, y) => (x.id < y.id ? -1 : 1)),
      ids: sorted.map((unit) => unit.id),
      counts: [sum(members, (c) => c.nominal), sum(members, (c) => c.anomalous)] as const,
      units: [
        members.filter((c) => c.nominal > 0).length,
        members.filter((c) => c.anomalous > 0).length,
      ] as const,
    }
  }
  const t = role(threshold)
  const i = role(inference)
  const trainUnits = role(train)
  const trainSamples = trainUnits.samples.filter((sample) => sample.label === 'nominal')
  return {
    fold,
    train: trainSamples,
    threshold: t.samples,
    inference: i.samples,
    unitIds: { train: trainUnits.ids, threshold: t.ids, inference: i.ids },
    counts: { train: trainSamples.length, threshold: t.counts, inference: i.counts },
    units: { train: train.length, threshold: t.units, inference: i.units },
    satOut: {
      nominal: idle.filter((c) => c.nominal > 0 && !c.trains).length,
      anomalous: idle.filter((c) => c.anomalous > 0).length,
    },
  }
}

export const sum = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((total, item) => total + value(item), 0)
