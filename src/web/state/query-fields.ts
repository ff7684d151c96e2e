/** Fields of a filter as the query of the address has them; what is no value of a field is left out. */

/** Of a field with several values. @returns Those that are known, in the order of `known`. */
export function readSeveral<Value extends string>(
  query: URLSearchParams,
  name: string,
  known: readonly Value[],
): readonly Value[] {
  const asked = (query.get(name) ?? '').split(',')
  return known.filter((value) => asked.includes(value))
}

/** Each of which is one of a few. */
export function readChoices(
  query: URLSearchParams,
  choices: Readonly<Record<string, readonly string[]>>,
): Record<string, string> {
  const named = Object.entries(choices).map(
    ([name, known]) => [name, known.find((each) => each === query.get(name))] as const,
  )
  return Object.fromEntries(named.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

export function readNumbers(query: URLSearchParams, names: readonly string[]): Record<string, number> {
  const given = names.map((name) => [name, query.get(name)] as const)
  return Object.fromEntries(
    given.flatMap(([name, value]) =>
      value && Number.isFinite(Number(value)) ? [[name, Number(value)]] : [],
    ),
  )
}
