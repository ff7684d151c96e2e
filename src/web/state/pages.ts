/**
 * A query of any length, page by page. The station gives pages by a key, not by a number, so that the ten-thousandth costs no more than
 * the first; the keys stay known, and of the pages themselves only those near what is looked at are kept.
 */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { StationInspection } from '../../wire/station/inspection.ts'
import type { InspectionPage } from '../../wire/station/query.ts'

export const pageSize = 100
const pagesKept = 40

type Ask = (after: string | undefined, signal: AbortSignal) => Promise<InspectionPage>

export interface Pages {
  /** Rises with everything that changed. */
  readonly version: ReadonlySignal<number>
  /** Rows known to exist so far. */
  readonly known: () => number
  /** True once the last page has been seen. */
  readonly isWhole: () => boolean
  readonly error: ReadonlySignal<Error | null>
  /** Undefined while it is being fetched. */
  at(index: number): StationInspection | undefined
  /** Fetches what is missing of these rows, and the page after them. */
  show(first: number, last: number): void
  /** In place of what is kept of it, if anything is: where it stands stays as it was. */
  put(inspection: StationInspection): void
  stop(): void
}

export function openPages(ask: Ask): Pages {
  /** Key of each page whose place is known; `undefined` begins the first. */
  const keys: (string | undefined)[] = [undefined]
  const pages = new Map<number, readonly StationInspection[]>()
  const running = new Set<number>()
  const stop = new AbortController()
  const version = signal(0)
  const error = signal<Error | null>(null)
  let known = 0
  let isWhole = false
  let wanted: readonly [number, number] = [0, 0]

  const fetchPage = async (page: number): Promise<void> => {
    if (running.has(page) || pages.has(page) || page >= keys.length) return
    running.add(page)
    try {
      const { inspections, next } = await ask(keys[page], stop.signal)
      pages.set(page, inspections)
      known = Math.max(known, page * pageSize + inspections.length)
      if (next === null) isWhole = true
      else if (keys.length === page + 1) keys.push(next)
      error.value = null
      forgetFar(page)
      version.value++
    } catch (reason) {
      if (stop.signal.aborted) return
      error.value = reason instanceof Error ? reason : new Error(String(reason))
    } finally {
      running.delete(page)
    }
    if (!stop.signal.aborted && error.value === null) show(...wanted)
  }
  const forgetFar = (near: number): void => {
    const far = [...pages.keys()].sort((a, b) => Math.abs(b - near) - Math.abs(a - near))
    for (const page of far.slice(0, Math.max(0, pages.size - pagesKept))) pages.delete(page)
  }
  const show = (first: number, last: number): void => {
    wanted = [first, last]
    const from = Math.floor(first / pageSize)
    // never more than are kept: what was just fetched would be forgotten, and fetched again
    const to = Math.min(Math.floor(last / pageSize) + 1, keys.length - 1, from + pagesKept / 2)
    for (let page = from; page <= to; page++) void fetchPage(page)
  }
  return {
    version,
    error,
    known: () => known,
    isWhole: () => isWhole,
    at: (index) => pages.get(Math.floor(index / pageSize))?.[index % pageSize],
    show,
    put(inspection) {
      for (const [page, inspections] of pages) {
        if (!inspections.some(({ id }) => id === inspection.id)) continue
        pages.set(
          page,
          inspections.map((each) => (each.id === inspection.id ? inspection : each)),
        )
        version.value++
      }
    },
    stop: () => stop.abort(),
  }
}
