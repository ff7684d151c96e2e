/** `check`: every guardrail on the data, before any training; and the parts that were found, written down. */
import { writeFileAtomic } from '../../files/atomic.ts'
import { type GuardrailRun, runGuardrails } from '../../guardrail/contract.ts'
import { dataGuardrails } from '../../guardrail/data/catalogue.ts'
import { checkPage } from '../../report/check-page.ts'
import type { CheckRequest } from '../../request.ts'
import type { Task } from '../../task.ts'
import { version } from '../../version.ts'
import { openCheck } from './open-check.ts'

/**
 * Writes the page too, where one is asked for.
 *
 * @throws as `openCheck`. @throws {InputError} The page cannot be written.
 */
export async function checkDataset(request: CheckRequest, task: Task): Promise<GuardrailRun> {
  const { context, close } = await openCheck(request, task)
  try {
    const run = await runGuardrails(dataGuardrails, context, task)
    if (request.report !== null) {
      const page = checkPage({ ...request, plumbline: version }, run.report, run.pictures)
      await writeFileAtomic(request.report, page)
    }
    return run
  } finally {
    await close()
  }
}
