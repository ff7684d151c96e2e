/** What both steps of a fold told, as the one record that a run goes on from. */
import type { FoldPlan } from '../../evaluate/split.ts'
import { type FoldRecord, writeFoldRecord } from '../folder/fold-record.ts'
import { type FitRecord, type FoldWork, removeFoldScratch } from './fit-fold.ts'
import type { JudgeRecord } from './judge-fold.ts'

/** Written last, when model, curves and heat maps are there. */
export async function keepRecord(
  { fold }: Pick<FoldPlan, 'fold'>,
  work: FoldWork,
  { threshold, range, seconds, ...fitted }: FitRecord,
  { inference, pixel, score, ...judged }: JudgeRecord,
): Promise<FoldRecord> {
  const record: FoldRecord = {
    key: work.key,
    threshold,
    inference,
    failures: [...fitted.failures, ...judged.failures],
    pixel,
    range,
    seconds: { fit: seconds.fit, score: seconds.score + score },
  }
  await writeFoldRecord(work.out, fold, record)
  await removeFoldScratch(work, fold)
  return record
}
