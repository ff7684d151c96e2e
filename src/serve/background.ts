/** Work that nobody waits for, so that a station can wait for it at its end, and that no error of it goes unheard. */

export interface Background {
  /** @param what - For the log, where it fails. */
  run(what: string, work: () => Promise<unknown>): void
  /** Resolves when all of it is done. */
  settled(): Promise<void>
}

export function createBackground(onError: (what: string, error: unknown) => void): Background {
  const running = new Set<Promise<void>>()
  return {
    run(what, work) {
      const one: Promise<void> = Promise.resolve()
        .then(work)
        .then(
          () => {},
          (error: unknown) => onError(what, error),
        )
        .finally(() => running.delete(one))
      running.add(one)
    },
    async settled() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
