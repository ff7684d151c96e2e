/** Two run folders, compared pair by pair. */
import { type Comparison, compareRuns } from '../../evaluate/compare.ts'
import { createRandom } from '../../math/random.ts'
import { quietTask, type Task } from '../../task.ts'
import { loadRun } from '../folder/load-run.ts'

/** @throws {InputError} A folder holds no run. @throws {UsageError} The runs were not made on identical folds. */
export async function compareRunFolders(a: string, b: string, task: Task = quietTask): Promise<Comparison> {
  const [first, second] = [await loadRun(a), await loadRun(b)]
  return compareRuns(first, second, createRandom(first.evaluation.seed, 'compare'), task)
}
