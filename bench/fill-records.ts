/** Many records at once, as a line would have written them in months: for benchmarks of the records and of the page. */
import { groupBy } from '../src/math/group-by.ts'
import { createRandom } from '../src/math/random.ts'
import { openStore } from '../src/records/database/open-store.ts'
import { addToTally } from '../src/records/inspections/tallies.ts'
import { newInspectionId } from '../src/records/new-id.ts'
import type { RecordsOptions } from '../src/records/options.ts'
import type { Records } from '../src/records/records.ts'
import type { Judged } from '../src/wire/station/inspection.ts'

/** Time of the first. */
export const start = Date.parse('2026-01-01T00:00:00.000Z')
/** A part every 8 seconds, for three months. */
export const cycleMs = 8000

/**
 * As the line would have written them, in large transactions and with three months' labels.
 *
 * @param there - How many there are already.
 */
export async function fillRecords(
  options: Pick<RecordsOptions, 'folder' | 'database'>,
  records: Records,
  count: number,
  there = 0,
): Promise<void> {
  const random = createRandom(1 + there)
  if (there === 0) {
    const by = { by: 'Ann', label: 'nominal' as const, kind: null, masks: [], note: null }
    const judged = judgedAt(0, random.uniform())
    const { inspection } = await records.inspections.record({ judged, files: [], letters: [] })
    await records.review.correct({ inspection: inspection.id, ...by })
  }
  const store = await openStore(options)
  const { id: model } = await store.db.selectFrom('models').select('id').executeTakeFirstOrThrow()
  const batch = 500
  for (let from = Math.max(1, there); from < count; from += 20_000) {
    await store.db.transaction().execute(async (tx) => {
      for (let at = from; at < Math.min(count, from + 20_000); at += batch) {
        const rows = Array.from({ length: Math.min(batch, count - at) }, (_, i) => {
          const judged = judgedAt(at + i, random.uniform())
          const outcome = (at + i) % 50_000 === 7 ? 'failed' : judged.outcome
          const isChosen = judged.outcome === 'review' || random.uniform() < 0.03
          const isDecided = isChosen && random.uniform() < 0.8
          const label = judged.outcome === 'anomalous' ? 'anomalous' : 'nominal'
          return {
            ...{ id: judged.id, time: Date.parse(judged.time), source: 'http', outcome },
            ...{ part: judged.part, lot: judged.lot, camera: judged.camera, model, score: judged.score },
            ...{ threshold_stored: 2, threshold_used: 2, band: 1.8, image_hash: judged.imageHash, rule: 1 },
            images: JSON.stringify(judged.images),
            latency: JSON.stringify(judged.latency),
            ...(isChosen
              ? {
                  ...{
                    review_reason: judged.outcome,
                    review_selection: 'by-score',
                    review_probability: 0.03,
                  },
                  review_state: isDecided ? 'decided' : 'open',
                }
              : {}),
            ...(isDecided
              ? { label, corrected_by: 1, defect_kind: label === 'nominal' ? null : `kind ${i % 8}` }
              : {}),
          }
        })
        const keys = new Set(rows.flatMap(Object.keys))
        await tx
          .insertInto('inspections')
          .values(rows.map((row) => ({ ...Object.fromEntries([...keys].map((key) => [key, null])), ...row })))
          .execute()
        for (const same of groupBy(rows, ({ time, camera, outcome }) =>
          JSON.stringify([Math.floor(time / 3_600_000), camera, outcome]),
        ).values()) {
          const [{ time, camera, rule, outcome }] = same as [(typeof rows)[number]]
          await addToTally(
            tx,
            { time: new Date(time).toISOString(), camera, model, rule, outcome },
            same.length,
          )
        }
      }
    })
  }
  await store.close()
}

/** @param i - From 0. @param u - Decides about the score: 0..1. */
export function judgedAt(i: number, u: number): Judged {
  const time = new Date(start + i * cycleMs)
  const score = 1 + u ** 8 * 2
  const hash = i.toString(16).padStart(64, '0')
  return {
    ...{ id: newInspectionId(time), time: time.toISOString(), source: 'http', reason: null },
    outcome: score >= 2 ? 'anomalous' : score >= 1.8 ? 'review' : 'nominal',
    ...{ part: `part ${i}`, lot: `lot ${i >> 9}`, camera: `camera ${i % 2}` },
    ...{ capturedAt: null, idempotencyKey: null, score, thresholdStored: 2, thresholdUsed: 2, band: 1.8 },
    model: { name: 'links', fingerprint: 'f'.repeat(64), preparation: null },
    imageHash: hash,
    images: [
      {
        hash,
        width: 1280,
        height: 1024,
        score,
        regions: [{ box: [10, 20, 30, 40], area: 700, peak: 2.5, mean: 2 }],
      },
    ],
    latency: { total: 41.5, queue: 0.5, decode: 9, infer: 32 },
    shadowOf: null,
  }
}
