/** The two documents that every reader of a finished run begins with. */
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { parseScoresCsv } from '../evaluate/scores-csv.ts'
import { maybeReadJson, readText } from '../files/read-json.ts'
import { type Evaluation, evaluationSchema, type ScoreRow } from '../wire/evaluation.ts'

export interface Results {
  readonly evaluation: Evaluation
  readonly rows: readonly ScoreRow[]
}

const noRun =
  'no finished run is there: no evaluation.json, which `plumbline evaluate DATASET --out FOLDER` writes at its end'

/** @throws {InputError} A file is missing or is not what Plumbline writes. */
export async function readResults(run: string): Promise<Results> {
  const evaluation = await maybeReadJson(join(run, 'evaluation.json'), evaluationSchema)
  if (evaluation === undefined) throw new InputError(run, noRun)
  const path = join(run, 'scores.csv')
  return { evaluation, rows: parseScoresCsv(await readText(path), path) }
}
