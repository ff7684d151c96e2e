/** Answers that are kept while a diagnosis is interrupted: taken up under the same key only. */
import { describe, expect, it } from 'vitest'
import type { Answer, Guardrail } from '../../../src/guardrail/contract.ts'
import { keepAnswer } from '../../../src/run/diagnose/kept-answers.ts'
import { quietTask } from '../../../src/task.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

function counted(answer: () => Answer) {
  const asked = { times: 0 }
  const guardrail: Guardrail<null> = {
    id: 'counted',
    question: 'How often was this asked?',
    async run() {
      asked.times++
      return answer()
    },
  }
  return { asked, guardrail }
}

const found: Answer = {
  kind: 'found',
  findings: [
    { id: 'counted', severity: 'warning', title: 'It is so.', evidence: { n: 3 }, remedy: 'Mend it.' },
  ],
  charts: [],
  pictures: [],
}
const skipped: Answer = { kind: 'skipped', reason: 'there are no masks' }

describe('keepAnswer', () => {
  it.each([found, { kind: 'passed' } as const, skipped])(
    'asks once under one key, to the same answer: %o',
    async (answer) => {
      const folder = temporaryFolder()
      const { guardrail, asked } = counted(() => answer)
      for (let i = 0; i < 3; i++) {
        expect(await keepAnswer(guardrail, folder, 'a').run(null, quietTask)).toEqual(answer)
      }
      expect(asked.times).toBe(1)
    },
  )

  it('asks again under another key, and keeps that answer', async () => {
    const folder = temporaryFolder()
    const before = counted(() => found)
    await keepAnswer(before.guardrail, folder, 'a').run(null, quietTask)
    const after = counted(() => skipped)
    expect(await keepAnswer(after.guardrail, folder, 'b').run(null, quietTask)).toEqual(skipped)
    expect(await keepAnswer(after.guardrail, folder, 'b').run(null, quietTask)).toEqual(skipped)
    expect(after.asked.times).toBe(1)
  })

  it('keeps no failure', async () => {
    const folder = temporaryFolder()
    let isBroken = true
    const { guardrail, asked } = counted(() => {
      if (isBroken) throw new TypeError('no such thing')
      return found
    })
    const kept = keepAnswer(guardrail, folder, 'a')
    await expect(kept.run(null, quietTask)).rejects.toThrow('no such thing')
    isBroken = false
    expect(await kept.run(null, quietTask)).toEqual(found)
    expect(asked.times).toBe(2)
  })
})
