import { describe, expect, it } from 'vitest'
import { CancelledError } from '../../src/errors.ts'
import { type Answer, type Guardrail, runGuardrails } from '../../src/guardrail/contract.ts'
import { quietTask } from '../../src/task.ts'
import type { Finding } from '../../src/wire/evaluation.ts'
import { guardrailReportSchema } from '../../src/wire/guardrail-report.ts'

const finding = (id: string, severity: Finding['severity']): Finding => ({
  id,
  severity,
  title: `${id} is so.`,
  evidence: {},
  remedy: 'Mend it.',
})
const guardrail = (id: string, answer: () => Answer): Guardrail<null> => ({
  id,
  question: `Is ${id} so?`,
  run: async () => answer(),
})

describe('runGuardrails', () => {
  it('sorts answers, gravest findings first', async () => {
    const { report } = await runGuardrails(
      [
        guardrail('a', () => ({ kind: 'found', findings: [finding('a', 'info')] })),
        guardrail('b', () => ({ kind: 'passed' })),
        guardrail('c', () => ({ kind: 'skipped', reason: 'there are no masks' })),
        guardrail('d', () => ({ kind: 'found', findings: [finding('d', 'error'), finding('d', 'warning')] })),
      ],
      null,
      quietTask,
    )
    expect(guardrailReportSchema.parse(report)).toEqual({
      findings: [finding('d', 'error'), finding('d', 'warning'), finding('a', 'info')],
      passed: ['b'],
      skipped: [{ id: 'c', reason: 'there are no masks' }],
    })
  })

  it('goes on after one that fails, and says so', async () => {
    const broken = guardrail('broken', () => {
      throw new TypeError('no such thing')
    })
    const { report } = await runGuardrails(
      [broken, guardrail('b', () => ({ kind: 'passed' }))],
      null,
      quietTask,
    )
    expect(report.passed).toEqual(['b'])
    expect(report.skipped).toEqual([{ id: 'broken', reason: 'could not be answered: no such thing' }])
  })

  it('stops when told to', async () => {
    const stopped = guardrail('stopped', () => {
      throw new CancelledError()
    })
    await expect(runGuardrails([stopped], null, quietTask)).rejects.toBeInstanceOf(CancelledError)
  })
})
