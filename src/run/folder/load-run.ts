/** A finished run read back from its folder. */
import { join } from 'node:path'
import { InputError } from '../../errors.ts'
import type { RunData } from '../../evaluate/paired-folds.ts'
import { parseScoresCsv } from '../../evaluate/scores-csv.ts'
import { maybeReadJson, readText } from '../../files/read-json.ts'
import { evaluationSchema } from '../../wire/evaluation.ts'

const noRun =
  'no finished run is there: no evaluation.json, which `plumbline evaluate DATASET --out FOLDER` writes at its end'

/** @throws {InputError} A file is missing or is not what Plumbline writes. */
export async function loadRun(folder: string): Promise<RunData> {
  const evaluation = await maybeReadJson(join(folder, 'evaluation.json'), evaluationSchema)
  if (evaluation === undefined) throw new InputError(folder, noRun)
  const path = join(folder, 'scores.csv')
  return { name: folder, evaluation, scores: parseScoresCsv(await readText(path), path) }
}
