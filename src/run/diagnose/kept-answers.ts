/** Answers of guardrails kept on disk until all are there, so that an interrupted diagnosis goes on where it stopped. */
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from '../../files/atomic.ts'
import { maybeReadJson } from '../../files/read-json.ts'
import type { Answer, Guardrail } from '../../guardrail/contract.ts'
import { findingSchema } from '../../wire/evaluation.ts'
import { guardrailChartSchema, guardrailPictureSchema } from '../../wire/guardrail-report.ts'

const evidence = {
  pictures: z.array(guardrailPictureSchema).optional(),
  charts: z.array(guardrailChartSchema).optional(),
}
export const answerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('found'),
    findings: z.tuple([findingSchema], findingSchema),
    ...evidence,
  }),
  z.strictObject({ kind: z.literal('passed'), ...evidence }),
  z.strictObject({ kind: z.literal('skipped'), reason: z.string() }),
])

const keptSchema = z.strictObject({
  /** Hash over all that decides about the answer: one given under another key is not used. */
  key: z.string(),
  answer: answerSchema,
})

/** The same guardrail, which asks once. Failures are not kept: they may have passed by then. */
export function keepAnswer<Context>(
  guardrail: Guardrail<Context>,
  folder: string,
  key: string,
): Guardrail<Context> {
  const path = join(folder, `${guardrail.id}.json`)
  return {
    ...guardrail,
    async run(context, task) {
      const kept = await maybeReadJson(path, keptSchema)
      if (kept?.key === key) return kept.answer as Answer
      const answer = await guardrail.run(context, task)
      await writeFileAtomic(path, JSON.stringify({ key, answer }))
      return answer
    },
  }
}
