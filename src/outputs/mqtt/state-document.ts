/** What stands on the state topic. Parts under way are left out: they change with every part, and results say as much. */
import { type StationState, shownState } from '../station-state.ts'

/** @returns JSON. */
export function shownOnTopic(state: StationState, station: string): string {
  const { phase, model, reason } = state
  const { ready } = shownState(state)
  return JSON.stringify({ station, online: true, state: phase, ready, model, reason })
}

/** For whoever comes when the station is gone. @returns JSON. */
export function offlineState(station: string, reason: string): string {
  return JSON.stringify({ station, online: false, state: 'offline', ready: false, model: null, reason })
}
