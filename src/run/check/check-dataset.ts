/** `check`: every guardrail on the data, before any training; and the parts that were found, written down. */

import { UsageError } from '../../errors.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { type Guardrail, type GuardrailRun, runGuardrails } from '../../guardrail/contract.ts'
import { dataGuardrails } from '../../guardrail/data/catalogue.ts'
import type { CheckContext } from '../../guardrail/data/check-context.ts'
import { makeRequest } from '../../options/request.ts'
import { type CheckOptions, checkAsk } from '../../options/requests/check.ts'
import { checkPage } from '../../report/check-page.ts'
import { quietTask, type Task } from '../../task.ts'
import { version } from '../../version.ts'
import { openCheck } from './open-check.ts'

export interface OwnGuardrails {
  /** Questions of the caller's own, asked after those of the program. */
  readonly guardrails?: readonly Guardrail<CheckContext>[]
}

/**
 * Writes the page too, where one is asked for.
 *
 * @throws as `openCheck`. @throws {InputError} The page cannot be written. @throws {UsageError} Two guardrails have one id.
 */
export async function checkDataset(
  options: CheckOptions & OwnGuardrails,
  task: Task = quietTask,
): Promise<GuardrailRun> {
  const { guardrails: own, ...said } = options
  const request = await makeRequest(checkAsk, own === undefined ? options : said)
  const guardrails = [...dataGuardrails, ...(own ?? [])]
  refuseSameId(guardrails)
  const { context, understood, close } = await openCheck(request, task)
  try {
    const { report, ...rest } = await runGuardrails(guardrails, context, task)
    const run = { report: { dataset: understood, ...report }, ...rest }
    if (request.report !== null) {
      const page = checkPage({ ...request, plumbline: version }, run.report, run.pictures)
      await writeFileAtomic(request.report, page)
    }
    return run
  } finally {
    await close()
  }
}

function refuseSameId(guardrails: readonly Guardrail<CheckContext>[]): void {
  const ids = guardrails.map(({ id }) => id)
  const twice = ids.find((id, i) => ids.indexOf(id) !== i)
  if (twice !== undefined) {
    throw new UsageError(`checkDataset: guardrails: two have the id ${twice}; each needs one of its own`)
  }
}
