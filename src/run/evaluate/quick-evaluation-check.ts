/** The quick guardrails on an evaluation: a figure never goes out without its caveats. */
import { runGuardrails } from '../../guardrail/contract.ts'
import { evaluationGuardrails } from '../../guardrail/model/catalogue.ts'
import type { EvaluatedRun } from '../../guardrail/model/evaluated-run.ts'
import type { Task } from '../../task.ts'
import type { Finding } from '../../wire/evaluation.ts'

/** On the evaluation itself. Cost: choosing a threshold some hundred times. */
export async function evaluationFindingsOf(run: EvaluatedRun, task: Task): Promise<readonly Finding[]> {
  return (await runGuardrails(evaluationGuardrails, run, task)).report.findings
}
