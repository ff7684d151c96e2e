/** The other side of `reader.ts`: a process that answers queries from a SQLite file, one after the other, until the station ends it. */
import { constants, getPriority, setPriority } from 'node:os'
import { present } from '../../present.ts'
import { carryError } from '../../threads/carried-error.ts'
import { StorageError } from '../storage-error.ts'
import { type LibsqlConnection, openLibsql } from './libsql-connection.ts'
import type { ReadAnswer, ReadOrder, ReadQuestion } from './read-words.ts'

/** Added to the priority of the station. */
const niceness = 10

let connection: LibsqlConnection | undefined

// Inspection goes first where there are too few cores for both.
setPriority(Math.min(getPriority() + niceness, constants.priority.PRIORITY_LOW))

// A terminal and a service manager tell them to all processes at once; the station still answers what was asked.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
process.on('disconnect', () => process.exit())
process.on('message', (word: ReadOrder | ReadQuestion) => {
  if ('path' in word) connection = openLibsql({ ...word, isReadOnly: true })
  else process.send?.(answerTo(word))
})

function answerTo({ id, sql, parameters, as }: ReadQuestion): ReadAnswer {
  try {
    const { rows } = present(connection, 'the file to read').run(sql, parameters)
    return { id, answer: as === 'rows' ? rows : Buffer.from(JSON.stringify(rows)) }
  } catch (error) {
    if (!(error instanceof StorageError)) return { id, error: carryError(error) }
    const { path, problem, reason } = error
    return { id, problem: { path, problem, reason } }
  }
}
