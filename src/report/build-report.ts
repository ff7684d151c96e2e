/** Run folder -> `report.html`, without the dataset: here, and in `read-results.ts`, this room reads and writes files. */
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from '../files/atomic.ts'
import { maybeReadJson } from '../files/read-json.ts'
import { checkCancelled, type Task } from '../task.ts'
import { diagnosisSchema } from '../wire/diagnosis.ts'
import { reportDataSchema } from '../wire/report-data.ts'
import { trainingCurvesSchema } from '../wire/training-curves.ts'
import { readResults } from './read-results.ts'
import { renderReport } from './report.ts'
import type { FoldTraining } from './sections/training.ts'

/**
 * Reads `evaluation.json` and `scores.csv`, and where they exist `report-data.json`, `diagnosis.json`, `config.json` and
 * `curves/fold-K.json`;
 * writes the page.
 *
 * @returns Path of the page.
 * @throws {InputError} A file is missing, unreadable or not of its schema; the page cannot be written.
 */
export async function buildReport(runFolder: string, task: Task): Promise<string> {
  const { evaluation, rows } = await readResults(runFolder)
  const data = await maybeReadJson(join(runFolder, 'report-data.json'), reportDataSchema)
  const diagnosis = await maybeReadJson(join(runFolder, 'diagnosis.json'), diagnosisSchema)
  const config = await maybeReadJson(join(runFolder, 'config.json'), z.record(z.string(), z.unknown()))
  const trainings: FoldTraining[] = []
  for (const { fold } of evaluation.folds) {
    const curves = await maybeReadJson(join(runFolder, 'curves', `fold-${fold}.json`), trainingCurvesSchema)
    if (curves !== undefined) trainings.push({ fold, curves })
  }
  checkCancelled(task)
  const page = renderReport({
    evaluation,
    rows,
    gallery: data?.gallery ?? [],
    ...(data?.mapScale && { mapScale: data.mapScale }),
    ...(data?.activations && { activations: data.activations }),
    ...(data?.pictures && { pictures: data.pictures }),
    ...(diagnosis?.evaluatedAt === evaluation.createdAt && { diagnosis }),
    ...(data?.title !== undefined && { title: data.title }),
    ...(data?.command !== undefined && { command: data.command }),
    ...(config && { config }),
    trainings,
  })
  const path = join(runFolder, 'report.html')
  await writeFileAtomic(path, page)
  return path
}
