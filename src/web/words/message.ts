/**
 * Words of the page: one catalogue per language, typed by the English one, so that a missing or misspelt word does not compile.
 * Values stand in braces, `{name}`; where a number decides about the form, the message has `one` and `other`.
 */
export type Message = string | { readonly one: string; readonly other: string }

export type Values = Readonly<Record<string, string | number>>

/**
 * @param n - Decides the form of a message that has several, and is its `{n}`.
 * @throws {RangeError} A value of the message is not given.
 */
export function fill(
  message: Message,
  values: Values,
  language: string,
  format: (n: number) => string,
): string {
  const text = typeof message === 'string' ? message : message[pluralForm(language, values.n)]
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new RangeError(`no value for {${name}} in "${text}"`)
    return typeof value === 'number' ? format(value) : value
  })
}

function pluralForm(language: string, n: string | number | undefined): 'one' | 'other' {
  return new Intl.PluralRules(language).select(Number(n)) === 'one' ? 'one' : 'other'
}
