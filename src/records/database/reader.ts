/**
 * Answers from a SQLite file by a process of its own. libsql reads in the thread that asks, and a list or a count that takes 50 ms
 * would hold up a verdict for as long. Every query sees what was committed before it was asked (write-ahead log).
 *
 * A process rather than a thread: a thread that is ended in the middle of a query takes the whole program with it (a panic in
 * libsql's binding), and a program cannot leave while one of its threads reads.
 */
import type { ChildProcess } from 'node:child_process'
import { CancelledError } from '../../errors.ts'
import { reviveError } from '../../threads/carried-error.ts'
import { forkBeside } from '../../threads/fork-beside.ts'
import { StorageError } from '../storage-error.ts'
import type { ReadAnswer, ReadOrder, ReadQuestion } from './read-words.ts'

export interface Reader {
  /**
   * @returns Rows of the query.
   * @throws {StorageError} The file is locked or broken, or the process ends by itself whenever it is asked this.
   * @throws {CancelledError} It is closed meanwhile.
   */
  ask(sql: string, parameters: readonly unknown[]): Promise<unknown[]>
  /** The same as the text of a JSON array, made by the process that reads. */
  askJson(sql: string, parameters: readonly unknown[]): Promise<Uint8Array>
  /** Of the process that answers now; undefined while there is none. */
  pid(): number | undefined
  /** Ends the process at once, even in the middle of a query. */
  close(): Promise<void>
}

type Answer = Extract<ReadAnswer, { readonly answer: unknown }>['answer']

interface Asked extends Omit<ReadQuestion, 'id'> {
  /** Processes that have been asked. */
  tries: number
  readonly resolve: (answer: Answer) => void
  readonly reject: (reason: unknown) => void
}

/** A process that ended by itself may have been ended from outside: the next one is asked once more. */
const mostTries = 2

/** What does not reach a process that has just ended is asked of the next, once its end is known. */
const tell = (child: ChildProcess, word: ReadOrder | ReadQuestion): void => void child.send(word, () => {})

/**
 * The process starts with the first question.
 *
 * @param path - Of a file that is there. @param isReplaced - False where questions belong together, as in a transaction: a process that
 *   ends by itself is then the last.
 */
export function createReader(path: string, isReplaced = true): Reader {
  const waiting = new Map<number, Asked>()
  let child: ChildProcess | undefined
  let gone: Promise<void> = Promise.resolve()
  let isClosed = false
  let ended: StorageError | undefined
  let last = 0

  const start = (): ChildProcess => {
    const started = forkBeside(import.meta.url, 'read-process', { stderr: 'inherit', isExact: true })
    started.on('message', (answer: ReadAnswer) => {
      const asked = waiting.get(answer.id)
      if (asked === undefined) return // a last word of one that has ended, and by now the next has answered too
      waiting.delete(answer.id)
      if ('answer' in answer) asked.resolve(answer.answer)
      else if ('problem' in answer) {
        const { problem } = answer
        asked.reject(new StorageError(problem.path, problem.problem, problem.reason))
      } else asked.reject(reviveError(answer.error))
    })
    gone = new Promise((resolve) => {
      const end = (how: string): void => {
        child = undefined
        again(how)
        resolve()
      }
      started.on('error', (error) => {
        if (started.pid === undefined) end(error.message) // it could not be started; else its exit follows
      })
      started.once('exit', (code, signal) => end(`${signal ?? code}`))
    })
    tell(started, { path })
    return started
  }
  const put = (id: number, asked: Asked): void => {
    asked.tries++
    child ??= start()
    const { sql, parameters, as } = asked
    tell(child, { id, sql, parameters, as })
  }
  /** What the process that ended has not answered. */
  const again = (how: string): void => {
    const error = new StorageError(path, 'unreachable', `the process that reads it ended by itself (${how})`)
    if (!isReplaced) ended = error
    for (const [id, asked] of [...waiting]) {
      if (!isClosed && isReplaced && asked.tries < mostTries) put(id, asked)
      else {
        waiting.delete(id)
        asked.reject(isClosed ? new CancelledError() : error)
      }
    }
  }
  const ask = (question: Pick<Asked, 'sql' | 'parameters' | 'as'>): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (isClosed) return reject(new CancelledError())
      if (ended !== undefined) return reject(ended)
      const asked: Asked = { ...question, tries: 0, resolve, reject }
      waiting.set(++last, asked)
      put(last, asked)
    })
  return {
    async ask(sql, parameters) {
      const rows = await ask({ sql, parameters, as: 'rows' })
      return Array.isArray(rows) ? rows : refuse()
    },
    async askJson(sql, parameters) {
      const text = await ask({ sql, parameters, as: 'json' })
      return text instanceof Uint8Array ? text : refuse()
    },
    pid: () => child?.pid,
    async close() {
      isClosed = true
      child?.kill('SIGKILL')
      await gone
    },
  }
}

function refuse(): never {
  throw new Error('the process that reads has answered another question')
}
