/** The gate on every fixture: at the end of an export for the file that is about to be written, and later wherever it runs. */
import { runtimeVersion, type SessionOptions } from '../graph/index.ts'
import type { Image } from '../image/image.ts'
import { present } from '../present.ts'
import { checkCancelled, type Task } from '../task.ts'
import type { Parity, ParityStage } from '../wire/parity.ts'
import { type Described, modelFile, type ProvenFixture } from './export-contents.ts'
import { openExported } from './exported-model.ts'
import { repeated } from './fixture-pictures.ts'
import { compareStages, refuseDeviation, type StageValues } from './gate.ts'

/** A picture, and what must come of it; both are made when they are asked for. */
export interface GateFixture {
  readonly name: string
  picture(): Image
  golden(): StageValues
}

/**
 * The diagnostic model first, which shows every stage: it names the guilty one.
 *
 * @param path - Of the model, for the error. @param models - Bytes.
 * @returns Largest deviation of each stage, as a share of what is allowed, and how many scores of the model lie at a threshold.
 * @throws {ModelError} A stage of a fixture deviates further than allowed.
 */
export async function prove(
  path: string,
  models: { readonly diagnostic: Uint8Array; readonly model: Uint8Array },
  described: Described,
  fixtures: readonly GateFixture[],
  machine: SessionOptions,
  task: Task,
): Promise<Omit<Parity['measured'], 'loss'>> {
  const worst: Partial<Record<ParityStage, number>> = {}
  let ties = 0
  for (const isDiagnostic of [true, false]) {
    const bytes = isDiagnostic ? models.diagnostic : models.model
    const exported = await openExported(bytes, described, isDiagnostic, machine)
    const progress = task.progress(isDiagnostic ? 'parity, stages' : 'parity', 'fixtures')
    try {
      for (const [i, { name, picture, golden }] of fixtures.entries()) {
        checkCancelled(task)
        const found = await exported.run(picture())
        const compared = compareStages(golden(), found, described.tolerance, described)
        refuseDeviation(path, name, compared.worst)
        for (const [stage, share] of Object.entries(compared.worst) as [ParityStage, number][]) {
          worst[stage] = Math.max(worst[stage] ?? 0, share)
        }
        if (!isDiagnostic && compared.isTie) ties++
        progress.update(i + 1, fixtures.length)
      }
    } finally {
      progress.end()
      await exported.close()
    }
  }
  return {
    runtime: `onnxruntime-node ${runtimeVersion()}`,
    worst: worst as Parity['measured']['worst'],
    ties,
  }
}

/**
 * Fixtures of a lower precision, whose goldens are what the file itself gives here: what it loses against full precision is measured
 * on a run's folds, and the gate is about runtimes. What comes before the network must still be equal to the last byte.
 *
 * @throws {ModelError} It is not.
 */
export async function ownGoldens(
  diagnostic: Uint8Array,
  described: Described,
  fixtures: readonly ProvenFixture[],
  machine: SessionOptions,
  task: Task,
): Promise<readonly ProvenFixture[]> {
  const exported = await openExported(diagnostic, described, true, machine)
  try {
    const own: ProvenFixture[] = []
    for (const { picture, golden } of fixtures) {
      checkCancelled(task)
      const found = await exported.run(repeated(picture))
      const { frame, resized } = compareStages(golden, found, described.tolerance, described).worst
      refuseDeviation(modelFile, picture.name, { frame: frame ?? 0, resized: resized ?? 0 })
      const { score, verdict, map, features = {} } = found
      const maps = golden.maps.map((each) => ({ ...each, data: present(features[each.stage], each.stage) }))
      own.push({ picture, golden: { ...golden, score, verdict, map, features, maps } })
    }
    return own
  } finally {
    await exported.close()
  }
}
