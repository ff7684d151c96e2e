/**
 * The list of inspections that is looked at. It outlasts the way into one of its inspections and back, with its pages, its place and how
 * many are new since; whoever goes elsewhere finds it anew.
 */
import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { StationInspection } from '../../wire/station/inspection.ts'
import type { InspectionFilter } from '../../wire/station/query.ts'
import { listen } from './events.ts'
import type { Order } from './filter.ts'
import { openPages, type Pages, pageSize } from './pages.ts'
import { type Route, route } from './route.ts'
import { station } from './station.ts'

export interface InspectionList {
  readonly pages: Pages
  /** Inspections that came since it was opened. */
  readonly fresh: ReadonlySignal<number>
}

let current: (InspectionList & { readonly key: string; stop(): void }) | undefined

/** The one that is there where it is of the same query, else a new one. */
export function inspectionList(filter: InspectionFilter, order: Order): InspectionList {
  const key = JSON.stringify([filter, order])
  if (current?.key === key) return current
  forgetList()
  const pages = openPages((after, signal) =>
    station.inspections(
      { filter, order, limit: pageSize, ...(after === undefined ? {} : { after }) },
      { signal },
    ),
  )
  const fresh = signal(0)
  const unlisten = listen(({ kind }) => {
    if (kind === 'inspection' || kind === 'gap') fresh.value++
  })
  pages.show(0, pageSize - 1)
  current = {
    ...{ key, pages, fresh },
    stop() {
      unlisten()
      pages.stop()
    },
  }
  return current
}

/** The next look is at a new one. */
export function forgetList(): void {
  current?.stop()
  current = undefined
}

/** What is known of an inspection now, in the list that it was opened from. */
export const noteInspection = (inspection: StationInspection): void => current?.pages.put(inspection)

/** The list itself, or an inspection that may have been opened from it. */
const isAtList = ({ path: [view, id], query }: Route): boolean =>
  view === 'explore' && id !== 'run' && query.get('run') === null

effect(() => {
  if (!isAtList(route.value)) forgetList()
})
