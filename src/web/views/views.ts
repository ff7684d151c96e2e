/** The views of the page, in the order of the bar at the top. */
import type { ComponentType } from 'preact'
import { Drift } from './drift/drift.tsx'
import { Explore } from './explore/explore.tsx'
import { Live } from './live/live.tsx'
import { Review } from './review/review.tsx'
import { Runs } from './runs/runs.tsx'
import { Threshold } from './threshold/threshold.tsx'
import { Train } from './train/train.tsx'

export interface ViewProps {
  /** What follows the view's own name in the address. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
}

export interface View {
  readonly id: 'live' | 'review' | 'explore' | 'threshold' | 'drift' | 'runs' | 'train'
  readonly path: readonly string[]
  readonly Page: ComponentType<ViewProps>
}

const live: View = { id: 'live', path: [], Page: Live }

export const views: readonly View[] = [
  live,
  { id: 'review', path: ['review'], Page: Review },
  { id: 'explore', path: ['explore'], Page: Explore },
  { id: 'threshold', path: ['threshold'], Page: Threshold },
  { id: 'drift', path: ['drift'], Page: Drift },
  { id: 'runs', path: ['runs'], Page: Runs },
  { id: 'train', path: ['train'], Page: Train },
]

/** The view of an address; the first one where none has that name. */
export const viewOf = (name: string | undefined): View => views.find(({ path }) => path[0] === name) ?? live
