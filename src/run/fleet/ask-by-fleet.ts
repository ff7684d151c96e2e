/** Guardrails on a fitted model, asked by workers: each is a step, and all are asked at once. */
import type { ConfiguredMethod } from '../../detector/methods.ts'
import type { Answer, Guardrail } from '../../guardrail/contract.ts'
import { robustnessGuardrails } from '../../guardrail/model/catalogue.ts'
import type { FittedRun } from '../../guardrail/model/fitted-run.ts'
import { putBlob } from '../../work/store.ts'
import { answerSchema } from '../diagnose/kept-answers.ts'
import type { Crew } from './crew.ts'
import { orderOfMethod } from './method-order.ts'
import { refsOf } from './refs-of.ts'
import { type AskOrder, encodeJudged } from './steps/ask-step.ts'

/**
 * The same guardrails; those that a worker can ask have been sent to the workers when this returns, and wait for their answer.
 *
 * @throws {InputError} A file cannot be read, or the store not written.
 */
export async function askByFleet(
  guardrails: readonly Guardrail<FittedRun>[],
  run: FittedRun,
  { configured, seed }: { readonly configured: ConfiguredMethod; readonly seed: number },
  crew: Crew,
): Promise<readonly Guardrail<FittedRun>[]> {
  const { fleet } = crew
  const model: Record<string, string> = {}
  for (const [name, bytes] of run.detector.save()) model[name] = await putBlob(fleet.store, bytes)
  const { threshold, images, judged } = run
  const base: Omit<AskOrder, 'id'> = {
    ...(await orderOfMethod(configured, crew)),
    ...{ seed, threshold, images, model },
    judged: await putBlob(fleet.store, encodeJudged(judged)),
    inference: await refsOf(
      judged.map(({ sample }) => sample),
      crew,
    ),
  }
  const known = new Set(robustnessGuardrails.map(({ id }) => id))
  return guardrails.map((guardrail) => {
    const { id } = guardrail
    if (!known.has(id)) return guardrail
    const order: AskOrder = { ...base, id }
    const asked = fleet.do({ kind: 'ask', made: fleet.made, order }, id)
    asked.catch(() => {}) // thrown where it is awaited
    return {
      ...guardrail,
      run: async (): Promise<Answer> => answerSchema.parse((await asked).value) as Answer,
    }
  })
}
