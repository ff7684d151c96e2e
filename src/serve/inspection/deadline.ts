/** Until when an answer is wanted. Once a verdict is reached it counts, and the time no longer matters: it is recorded and given. */
import { ProblemError } from '../problem.ts'
import { tooLate } from './judge.ts'

export interface Deadline {
  /** Fires when it is too late, or nobody waits any more. */
  readonly signal: AbortSignal
  /** Nobody waits any more. */
  abandon(): void
  /** A verdict is reached. @throws {ProblemError} It came too late. */
  settle(): void
  /** What is under way cannot always be stopped, but nobody waits for it longer than was said. */
  race<T>(work: Promise<T>): Promise<T>
  end(): void
}

export function startDeadline(milliseconds: number): Deadline {
  const controller = new AbortController()
  const { signal } = controller
  const timer = setTimeout(() => controller.abort(tooLate()), milliseconds)
  const end = (): void => clearTimeout(timer)
  return {
    signal,
    abandon() {
      controller.abort(gone())
    },
    settle() {
      if (signal.aborted) throw signal.reason
      end()
    },
    race: (work) =>
      new Promise((resolve, reject) => {
        const onAbort = (): void => reject(signal.reason)
        if (signal.aborted) onAbort()
        signal.addEventListener('abort', onAbort, { once: true })
        work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
      }),
    end,
  }
}

const gone = (): ProblemError =>
  new ProblemError({ status: 408, code: 'GONE', state: 'failed', detail: 'the client went away' })
