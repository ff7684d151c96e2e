/** A finished run read back from its folder. */
import type { RunData } from '../../evaluate/paired-folds.ts'
import { readResults } from '../../report/read-results.ts'

/** @throws {InputError} A file is missing or is not what Plumbline writes. */
export async function loadRun(folder: string): Promise<RunData> {
  const { evaluation, rows } = await readResults(folder)
  return { name: folder, evaluation, scores: rows }
}
