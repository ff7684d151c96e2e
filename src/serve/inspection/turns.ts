/** Work that is done one piece at a time, in the order of arrival; who waits can leave, and whoever leaves holds nobody up. */
import { present } from '../../present.ts'

export interface Turns {
  /** @throws What `work` throws; the signal's reason where it fires before the turn has come. */
  take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>
  readonly waiting: number
}

interface Waiting {
  start(): void
}

/** @param atOnce - Pieces at a time. */
export function createTurns(atOnce = 1): Turns {
  const waiting: Waiting[] = []
  let running = 0
  const next = (): void => {
    while (running < atOnce && waiting.length > 0) {
      running++
      present(waiting.shift(), 'somebody who waits').start()
    }
  }
  return {
    take: (signal, work) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          const at = waiting.indexOf(one)
          if (at < 0) return
          waiting.splice(at, 1)
          reject(signal.reason)
        }
        const one: Waiting = {
          start() {
            signal.removeEventListener('abort', leave)
            void Promise.resolve()
              .then(work)
              .then(resolve, reject)
              .finally(() => {
                running--
                next()
              })
          },
        }
        if (signal.aborted) return reject(signal.reason)
        signal.addEventListener('abort', leave, { once: true })
        waiting.push(one)
        next()
      }),
    get waiting() {
      return waiting.length
    },
  }
}
