import { expect, it } from 'vitest'
import { runGuardrails } from '../../../src/guardrail/contract.ts'
import { dataGuardrails } from '../../../src/guardrail/data/catalogue.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, picturesOf } from './context.ts'

it('gives every guardrail an id of its own and a question', () => {
  expect(new Set(dataGuardrails.map(({ id }) => id)).size).toBe(dataGuardrails.length)
  for (const { question } of dataGuardrails) expect(question).toMatch(/\?$/)
})

it.each([0, 1])('answers or says why not, of %i images', async (count) => {
  const { report } = await runGuardrails(dataGuardrails, contextOf(picturesOf(count)), quietTask)
  expect(report.findings).toEqual([])
  expect(report.passed.length + report.skipped.length).toBe(dataGuardrails.length)
  for (const { reason } of report.skipped) expect(reason).not.toContain('could not be answered')
})
