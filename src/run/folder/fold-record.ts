/** What is kept of a finished fold until the run is whole, so that an interrupted run goes on where it stopped. */
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from '../../files/atomic.ts'
import { maybeReadJson } from '../../files/read-json.ts'

const scored = z.array(z.tuple([z.string(), z.number()]))
const figure = z.number().nullable()

export const foldRecordSchema = z.strictObject({
  /** Hash over all that decides about the fold: a record made under another one is not used. */
  key: z.string(),
  /** [sample id, score] */
  threshold: scored,
  inference: scored,
  /** Images that failed when they were scored. */
  failures: z.array(z.strictObject({ path: z.string(), reason: z.string() })),
  pixel: z
    .strictObject({
      auroc: figure,
      averagePrecision: figure,
      aupro: figure,
      aupro05: figure,
      aupimo: figure,
    })
    .nullable(),
  /** Colour scale of the heat maps. */
  range: z.strictObject({ low: z.number(), high: z.number() }),
  seconds: z.strictObject({ fit: z.number(), score: z.number() }),
})

export type FoldRecord = z.infer<typeof foldRecordSchema>

/** What results are made from. */
export type FoldScores = Pick<FoldRecord, 'threshold' | 'inference' | 'pixel' | 'seconds'>

/** Folder of the working files of a run; it goes when the run is whole. */
export const resumeFolder = (run: string): string => join(run, 'resume')
/** The fitted model of a fold. */
export const foldModelFolder = (run: string, fold: number): string =>
  join(resumeFolder(run), `fold-${fold}`, 'model')
/** Models that stay with the run (`--keep-models`). */
export const keptModelsFolder = (run: string): string => join(run, 'models')
export const keptModelFolder = (run: string, fold: number): string =>
  join(keptModelsFolder(run), `fold-${fold}`)
/** What an interrupted fit of a fold left. */
export const foldScratchFolder = (run: string, fold: number): string =>
  join(resumeFolder(run), `fold-${fold}`, 'training')
/** How the training of a fold went; stays with the run. */
export const foldCurvesPath = (run: string, fold: number): string => join(run, 'curves', `fold-${fold}.json`)
const recordPath = (run: string, fold: number): string =>
  join(resumeFolder(run), `fold-${fold}`, 'record.json')

/** @returns undefined where there is none of this key. @throws {InputError} The file is there and is no record. */
export async function findFoldRecord(
  run: string,
  fold: number,
  key: string,
): Promise<FoldRecord | undefined> {
  const record = await maybeReadJson(recordPath(run, fold), foldRecordSchema)
  return record?.key === key ? record : undefined
}

/** Written last, after the model and the heat maps: a fold that has a record is whole. */
export async function writeFoldRecord(run: string, fold: number, record: FoldRecord): Promise<void> {
  await writeFileAtomic(recordPath(run, fold), JSON.stringify(record))
}
