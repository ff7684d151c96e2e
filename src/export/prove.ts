/** The gate at the end of an export: the file that is about to be written, on every fixture. */
import { runtimeVersion, type SessionOptions } from '../graph/index.ts'
import { present } from '../present.ts'
import { checkCancelled, type Task } from '../task.ts'
import type { Parity, ParityStage } from '../wire/parity.ts'
import { type Described, modelFile, type ProvenFixture } from './export-contents.ts'
import { openExported } from './exported-model.ts'
import { repeated } from './fixture-pictures.ts'
import { compareStages, refuseDeviation } from './gate.ts'

/** @throws {ModelError} A stage of a fixture deviates further than allowed. */
export async function prove(
  model: Uint8Array,
  diagnostic: Uint8Array,
  described: Described,
  fixtures: readonly ProvenFixture[],
  machine: SessionOptions,
  task: Task,
): Promise<Omit<Parity['measured'], 'loss'>> {
  const worst = new Map<ParityStage, number>()
  let ties = 0
  for (const [bytes, isDiagnostic] of [
    [diagnostic, true],
    [model, false],
  ] as const) {
    const exported = await openExported(bytes, described, isDiagnostic, machine)
    const progress = task.progress(isDiagnostic ? 'parity, stages' : 'parity', 'fixtures')
    try {
      for (const [i, { picture, golden }] of fixtures.entries()) {
        checkCancelled(task)
        const compared = compareStages(
          golden,
          await exported.run(repeated(picture)),
          described.tolerance,
          described,
        )
        refuseDeviation(modelFile, picture.name, compared.worst)
        for (const [stage, share] of Object.entries(compared.worst) as [ParityStage, number][]) {
          worst.set(stage, Math.max(worst.get(stage) ?? 0, share))
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
    worst: Object.fromEntries(worst) as Parity['measured']['worst'],
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
