/** Run folder -> `report.html`, without the dataset: the one place of this room that reads and writes files. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { InputError } from '../errors.ts'
import { parseScoresCsv } from '../evaluate/scores-csv.ts'
import { isSystemError, systemReason, writeFileAtomic } from '../files/atomic.ts'
import { checkCancelled, type Task } from '../task.ts'
import { evaluationSchema } from '../wire/evaluation.ts'
import { reportDataSchema } from '../wire/report-data.ts'
import { renderReport } from './report.ts'

/**
 * Reads `evaluation.json` and `scores.csv`, and where they exist `report-data.json` and `config.json`; writes the page.
 *
 * @returns Path of the page.
 * @throws {InputError} A file is missing, unreadable or not of its schema; the page cannot be written.
 */
export async function buildReport(runFolder: string, task: Task): Promise<string> {
  const evaluation = await readJson(join(runFolder, 'evaluation.json'), evaluationSchema)
  const scoresPath = join(runFolder, 'scores.csv')
  const rows = parseScoresCsv(await readText(scoresPath), scoresPath)
  const data = await maybeReadJson(join(runFolder, 'report-data.json'), reportDataSchema)
  const config = await maybeReadJson(join(runFolder, 'config.json'), z.record(z.string(), z.unknown()))
  checkCancelled(task)
  const page = renderReport({
    evaluation,
    rows,
    gallery: data?.gallery ?? [],
    ...(data?.mapScale && { mapScale: data.mapScale }),
    ...(data?.title !== undefined && { title: data.title }),
    ...(data?.command !== undefined && { command: data.command }),
    ...(config && { config }),
  })
  const path = join(runFolder, 'report.html')
  await writeFileAtomic(path, page)
  return path
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isSystemError(cause)) throw new InputError(path, systemReason(cause), { cause })
    throw cause
  }
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await readText(path)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new InputError(path, `is not JSON: ${(cause as Error).message}`, { cause })
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const first = parsed.error.issues[0]
  const place = first === undefined || first.path.length === 0 ? 'the document' : first.path.join('.')
  throw new InputError(path, `is not what Plumbline writes: ${place}: ${first?.message ?? 'invalid'}`)
}

/** @returns undefined where there is no such file. */
async function maybeReadJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return await readJson(path, schema)
  } catch (error) {
    if (error instanceof InputError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
      return
    throw error
  }
}
