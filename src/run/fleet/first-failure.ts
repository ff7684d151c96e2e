/** Steps side by side of which each is needed: with the first that fails, nobody waits for the others. */
import type { Fleet } from './fleet.ts'

export interface Together {
  /** Watches work that is needed. */
  of<T>(work: Promise<T>): Promise<T>
  /** Whether something has failed. */
  isLost(): boolean
  /** Until all have ended. @throws The first failure in time. */
  all<T>(works: readonly Promise<T>[]): Promise<readonly T[]>
}

export function together(fleet: Pick<Fleet, 'abandon'>): Together {
  let lost: { readonly reason: unknown } | undefined
  return {
    isLost: () => lost !== undefined,
    of: (work) =>
      work.catch((reason: unknown) => {
        if (lost === undefined) {
          lost = { reason }
          fleet.abandon()
        }
        throw reason
      }),
    async all(works) {
      const settled = await Promise.allSettled(works)
      if (lost !== undefined) throw lost.reason
      return settled.map((each) => {
        if (each.status === 'rejected') throw each.reason
        return each.value
      })
    },
  }
}
