/** What the station is doing now, for outputs that can show it. */
import type { StationState } from '../outputs/station-state.ts'
import type { Line } from './inspection/line.ts'
import type { Shelf } from './models/shelf.ts'
import { stationModelOf } from './recording/record-of.ts'

export function stationStateOf(
  shelf: Pick<Shelf, 'lease'>,
  line: Pick<Line, 'held' | 'isFull'>,
  isEnding: boolean,
): StationState {
  const model = shelf.lease('active')
  model?.release()
  const reason = isEnding ? 'it is being shut down' : model === null ? 'no model is active' : null
  return {
    phase: isEnding ? 'stopping' : model === null ? 'no-model' : 'ready',
    model: model && stationModelOf(model),
    underWay: line.held,
    takes: !isEnding && model !== null && !line.isFull,
    reason,
  }
}
