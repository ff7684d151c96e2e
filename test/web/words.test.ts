/** The catalogues of the page. */
import { describe, expect, it } from 'vitest'
import { de } from '../../src/web/words/de.ts'
import { en } from '../../src/web/words/en.ts'
import { fill, type Message } from '../../src/web/words/message.ts'

const forms = (message: Message): string[] =>
  typeof message === 'string' ? [message] : [message.one, message.other]
const values = (message: Message): string[][] =>
  forms(message).map((form) => [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort())

describe('words', () => {
  it('name the same values in every language', () => {
    const other = Object.entries(en).filter(
      ([id, message]) =>
        JSON.stringify(values(message)) !== JSON.stringify(values(de[id as keyof typeof en])),
    )
    expect(other.map(([id]) => id)).toEqual([])
  })

  it('are filled in, with the form of the number, and say what is missing', () => {
    const message = { one: '{n} part of {lot}', other: '{n} parts of {lot}' }
    expect(fill(message, { n: 1, lot: 'A' }, 'en', String)).toBe('1 part of A')
    expect(fill(message, { n: 2, lot: 'A' }, 'de', String)).toBe('2 parts of A')
    expect(() => fill(message, { n: 2 }, 'en', String)).toThrow('no value for {lot}')
  })
})
