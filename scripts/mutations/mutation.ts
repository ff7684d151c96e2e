/** One small change of the sources that breaks a promise, and the tests that must notice. */
export interface Mutation {
  /** Unique, in words: what the changed program does wrong. */
  readonly name: string
  readonly file: string
  /** Stands exactly once in the file. */
  readonly from: string
  readonly to: string
  /** Test files of which at least one test must fail. */
  readonly tests: readonly string[]
}

/** @returns The file with the change. @throws {Error} The text is not there, or there more than once. */
export function mutate(source: string, { name, file, from, to }: Mutation): string {
  const count = source.split(from).length - 1
  if (count === 1) return source.replace(from, () => to)
  throw new Error(
    `mutation "${name}": expected its text once in ${file}, found it ${count} times; it is:\n${from}\n` +
      'The source has changed: write the mutation for what stands there now (scripts/mutations/mutations.ts).',
  )
}
