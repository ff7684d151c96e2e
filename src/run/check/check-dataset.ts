/** `check`: every guardrail on the data, before any training; and the parts that were found, written down. */
import { writeFileAtomic } from '../../files/atomic.ts'
import { type GuardrailRun, runGuardrails } from '../../guardrail/contract.ts'
import { dataGuardrails } from '../../guardrail/data/catalogue.ts'
import { makeRequest } from '../../options/request.ts'
import { type CheckOptions, checkAsk } from '../../options/requests/check.ts'
import { checkPage } from '../../report/check-page.ts'
import { quietTask, type Task } from '../../task.ts'
import { version } from '../../version.ts'
import { openCheck } from './open-check.ts'

/**
 * Writes the page too, where one is asked for.
 *
 * @throws as `openCheck`. @throws {InputError} The page cannot be written.
 */
export async function checkDataset(options: CheckOptions, task: Task = quietTask): Promise<GuardrailRun> {
  const request = await makeRequest(checkAsk, options)
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
