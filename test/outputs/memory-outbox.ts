/** The outbox's obvious twin: a list in memory. */
import type { Outbox } from '../../src/records/outbox.ts'
import type { Letter, LetterState, NewLetter } from '../../src/wire/station/letter.ts'

export interface MemoryOutbox extends Outbox {
  readonly all: Letter[]
  /** Letters of inspections, due at once. */
  put(letters: readonly NewLetter[], now: Date, inspection?: string): void
  /** Every call throws while this is not null. */
  broken: Error | null
}

export function memoryOutbox(): MemoryOutbox {
  const all: Letter[] = []
  const change = (id: number, from: LetterState, to: Partial<Letter>): boolean => {
    if (box.broken) throw box.broken
    const at = all.findIndex((letter) => letter.id === id && letter.state === from)
    if (at >= 0) all[at] = { ...all[at]!, ...to }
    return at >= 0
  }
  const attemptsOf = (id: number): number => all.find((letter) => letter.id === id)?.attempts ?? 0

  const box: MemoryOutbox = {
    all,
    broken: null,
    put(letters, now, inspection) {
      for (const letter of letters) {
        all.push({
          ...letter,
          id: all.length + 1,
          inspection: inspection ?? null,
          createdAt: now.toISOString(),
          dueAt: now.toISOString(),
          attempts: 0,
          state: 'waiting',
          lastError: null,
        })
      }
    },
    async post() {
      throw new Error('not asked for here')
    },
    async due(now, target, limit) {
      if (box.broken) throw box.broken
      return all
        .filter(
          (each) =>
            each.state === 'waiting' && each.target === target && Date.parse(each.dueAt) <= now.getTime(),
        )
        .slice(0, limit)
    },
    delivered: async (id) => change(id, 'waiting', { state: 'delivered' }),
    failed: async (id, lastError, nextDue) =>
      change(id, 'waiting', { lastError, attempts: attemptsOf(id) + 1, dueAt: nextDue.toISOString() }),
    dead: async (id, lastError) =>
      change(id, 'waiting', { lastError, attempts: attemptsOf(id) + 1, state: 'dead' }),
    letters: async ({ target, state } = {}) =>
      all.filter((each) => (target ?? each.target) === each.target && (state ?? each.state) === each.state),
    find: async (id) => all.find((letter) => letter.id === id),
    retry: async (id) =>
      change(id, 'dead', { state: 'waiting', attempts: 0, dueAt: new Date(0).toISOString() }),
    async counts() {
      if (box.broken) throw box.broken
      const counts: Record<string, Record<LetterState, number>> = {}
      for (const { target, state } of all) {
        counts[target] ??= { waiting: 0, delivered: 0, dead: 0 }
        counts[target][state]++
      }
      return counts
    },
  }
  return box
}
