/**
 * What a guardrail is: one question that a practitioner would not think to ask, answered with evidence that can be looked at
 * and a remedy. One file each; the catalogues list them.
 */
import { CancelledError } from '../errors.ts'
import { checkCancelled, type Task } from '../task.ts'
import type { Finding } from '../wire/evaluation.ts'
import type { GuardrailChart, GuardrailPicture, GuardrailReport } from '../wire/guardrail-report.ts'

export interface Guardrail<Context> {
  /** As in the catalogue, e.g. `leakage.duplicate`. */
  readonly id: string
  /** In the words of a process engineer, with a question mark. */
  readonly question: string
  /** @throws Anything: a guardrail that fails is skipped, with the reason, and stops no other. */
  run(context: Context, task: Task): Promise<Answer>
}

export type Answer =
  | {
      readonly kind: 'found'
      readonly findings: readonly [Finding, ...Finding[]]
      readonly pictures?: readonly GuardrailPicture[]
      readonly charts?: readonly GuardrailChart[]
    }
  | {
      readonly kind: 'passed'
      readonly pictures?: readonly GuardrailPicture[]
      readonly charts?: readonly GuardrailChart[]
    }
  /** What is missing, and what would enable the guardrail. */
  | { readonly kind: 'skipped'; readonly reason: string }

export interface GuardrailRun {
  readonly report: GuardrailReport
  readonly pictures: readonly GuardrailPicture[]
  readonly charts: readonly GuardrailChart[]
}

const severities = ['error', 'warning', 'info'] as const

/** Runs all, one after the other; findings by severity, then in the order of the catalogue. */
export async function runGuardrails<Context>(
  guardrails: readonly Guardrail<Context>[],
  context: Context,
  task: Task,
): Promise<GuardrailRun> {
  const findings: Finding[] = []
  const passed: string[] = []
  const skipped: { id: string; reason: string }[] = []
  const pictures: GuardrailPicture[] = []
  const charts: GuardrailChart[] = []
  const progress = task.progress('guardrails', 'questions')
  try {
    for (const [i, guardrail] of guardrails.entries()) {
      checkCancelled(task)
      const answer = await answerOf(guardrail, context, task)
      if (answer.kind === 'found') findings.push(...answer.findings)
      else if (answer.kind === 'passed') passed.push(guardrail.id)
      else skipped.push({ id: guardrail.id, reason: answer.reason })
      if (answer.kind !== 'skipped') {
        pictures.push(...(answer.pictures ?? []))
        charts.push(...(answer.charts ?? []))
      }
      progress.update(i + 1, guardrails.length)
    }
  } finally {
    progress.end()
  }
  const rank = ({ severity }: Finding): number => severities.indexOf(severity)
  return {
    report: { findings: findings.sort((a, b) => rank(a) - rank(b)), passed, skipped },
    pictures,
    charts,
  }
}

/** One that fails is skipped, with the reason. @throws {CancelledError} */
export async function answerOf<Context>(
  guardrail: Guardrail<Context>,
  context: Context,
  task: Task,
): Promise<Answer> {
  try {
    return await guardrail.run(context, task)
  } catch (error) {
    if (error instanceof CancelledError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    return { kind: 'skipped', reason: `could not be answered: ${reason}` }
  }
}
