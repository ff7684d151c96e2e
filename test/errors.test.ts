import { describe, expect, it } from 'vitest'
import { InputError, ModelError, reasonOfBadFile, StatisticalError } from '../src/errors.ts'

describe('errors about files', () => {
  it.each([InputError, ModelError])('%o carries path and reason beside the message', (Kind) => {
    const error = new Kind('a: b/c.png', 'is cut off: 3 of 4 bytes')
    expect(error.message).toBe('a: b/c.png: is cut off: 3 of 4 bytes')
    expect(error).toMatchObject({ path: 'a: b/c.png', reason: 'is cut off: 3 of 4 bytes' })
  })

  it('a bad file is a reason, anything else is thrown on', () => {
    expect(reasonOfBadFile(new InputError('x', 'is empty'))).toBe('is empty')
    for (const other of [new ModelError('x', 'is empty'), new StatisticalError('too few'), 'text']) {
      expect(caught(() => reasonOfBadFile(other))).toBe(other)
    }
  })
})

function caught(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
