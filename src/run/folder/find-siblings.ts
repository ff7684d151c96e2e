/** Other runs of the same dataset that lie beside a run: whoever has made many may have picked the best. */
import { readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { PlumblineError } from '../../errors.ts'
import { maybeReadJson } from '../../files/read-json.ts'
import type { Sibling } from '../../guardrail/model/evaluated-run.ts'
import { checkCancelled, type Task } from '../../task.ts'
import { type Evaluation, evaluationSchema } from '../../wire/evaluation.ts'

/** Folders looked into, at most. */
const mostFolders = 500

/** @returns Sorted by name. Folders that cannot be read, or are no runs, are passed over. */
export async function findSiblings(
  run: string,
  evaluation: Evaluation,
  task: Task,
): Promise<readonly Sibling[]> {
  const own = resolve(run)
  const names = await readdir(dirname(own), { withFileTypes: true }).catch(() => [])
  const folders = names
    .filter((entry) => entry.isDirectory() && entry.name !== basename(own))
    .map(({ name }) => name)
    .sort()
    .slice(0, mostFolders)
  const siblings: Sibling[] = []
  for (const name of folders) {
    checkCancelled(task)
    const other = await readEvaluation(join(dirname(own), name))
    if (other?.dataset.fingerprint !== evaluation.dataset.fingerprint) continue
    siblings.push({
      name,
      what: `${other.detector.id} on ${other.backbone.id}`,
      isOnSameFolds: splitOf(other) === splitOf(evaluation),
      aurocPerFold: other.metrics.image.auroc.perFold,
    })
  }
  return siblings
}

async function readEvaluation(folder: string): Promise<Evaluation | undefined> {
  try {
    return await maybeReadJson(join(folder, 'evaluation.json'), evaluationSchema)
  } catch (error) {
    if (error instanceof PlumblineError) return // of another version, or damaged
    throw error
  }
}

/** Everything that decides who judges: folds follow from it. */
function splitOf({ seed, protocol }: Evaluation): string {
  const { folds, scheme, by = null, unit, minTrain, shots = null, draws, merge } = protocol
  // The number of shots decides who trains and not who judges; whether there are any decides how often.
  return JSON.stringify([seed, folds, scheme, by, unit, minTrain, shots && draws, merge.merged])
}
