/** Work that is done one piece at a time, in the order of arrival; who waits can leave, and whoever leaves holds nobody up. */

export interface Turns {
  /**
   * @param isPatient - Waits until nobody else does.
   * @throws What `work` throws; the signal's reason where it fires before the turn has come.
   */
  take<T>(signal: AbortSignal, work: () => Promise<T>, isPatient?: boolean): Promise<T>
  /** Whoever came now would wait. */
  readonly isTaken: boolean
}

interface Waiting {
  start(): void
}

export function createTurns(): Turns {
  const waiting: Waiting[] = []
  const patient: Waiting[] = []
  let isRunning = false
  const next = (): void => {
    if (isRunning) return
    const one = waiting.shift() ?? patient.shift()
    if (one === undefined) return
    isRunning = true
    one.start()
  }
  return {
    take: (signal, work, isPatient = false) =>
      new Promise((resolve, reject) => {
        const queue = isPatient ? patient : waiting
        const leave = (): void => {
          const at = queue.indexOf(one)
          if (at < 0) return
          queue.splice(at, 1)
          reject(signal.reason)
        }
        const one: Waiting = {
          start() {
            signal.removeEventListener('abort', leave)
            void Promise.resolve()
              .then(work)
              .then(resolve, reject)
              .finally(() => {
                isRunning = false
                next()
              })
          },
        }
        if (signal.aborted) return reject(signal.reason)
        signal.addEventListener('abort', leave, { once: true })
        queue.push(one)
        next()
      }),
    get isTaken() {
      return isRunning
    },
  }
}
