/** A finished run read back from its folder. */
import { join } from 'node:path'
import type { RunData } from '../../evaluate/paired-folds.ts'
import { parseScoresCsv } from '../../evaluate/scores-csv.ts'
import { readJson, readText } from '../../files/read-json.ts'
import { evaluationSchema } from '../../wire/evaluation.ts'

/** @throws {InputError} A file is missing or is not what Plumbline writes. */
export async function loadRun(folder: string): Promise<RunData> {
  const evaluation = await readJson(join(folder, 'evaluation.json'), evaluationSchema)
  const path = join(folder, 'scores.csv')
  return { name: folder, evaluation, scores: parseScoresCsv(await readText(path), path) }
}
