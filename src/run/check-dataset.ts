/** `check`: every guardrail on the data, before any training; and the parts that were found, written down. */
import { type GuardrailRun, runGuardrails } from '../guardrail/contract.ts'
import { dataGuardrails } from '../guardrail/data/catalogue.ts'
import type { CheckRequest } from '../request.ts'
import type { Task } from '../task.ts'
import { openCheck } from './open-check.ts'

/** @throws as `openCheck`. */
export async function checkDataset(request: CheckRequest, task: Task): Promise<GuardrailRun> {
  const { context, close } = await openCheck(request, task)
  try {
    return await runGuardrails(dataGuardrails, context, task)
  } finally {
    await close()
  }
}
