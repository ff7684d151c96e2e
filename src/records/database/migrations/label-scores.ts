/** 2026-11-29: parts of a label by score; it rises with the score, so walking all scores for it may pass nearly all parts. */
import type { AnyDatabase } from './columns.ts'

export async function addLabelScores(db: AnyDatabase): Promise<void> {
  await db.schema
    .createIndex('inspections_label_score')
    .on('inspections')
    .columns(['label', 'score', 'seq'])
    .where('label', 'is not', null)
    .execute()
}
