/** What the station is doing, for outputs that can show it; the one mapping to what a line sees of it. */
import type { StationModel } from '../wire/station/inspection.ts'

export interface StationState {
  readonly phase: 'starting' | 'no-model' | 'ready' | 'failed' | 'stopping'
  /** Null where none is loaded. */
  readonly model: StationModel | null
  /** Inspections under way. */
  readonly underWay: number
  /** False where another inspection would be turned away now. */
  readonly takes: boolean
  /** Why it has failed or has no model; null otherwise. */
  readonly reason: string | null
}

/** As OPC 40100-1 names them: `Operational` is left out in front of the last three. */
export type VisionState = 'Preoperational' | 'Halted' | 'Error' | 'Initialized' | 'Ready' | 'SingleExecution'

export interface ShownState {
  readonly vision: VisionState
  /** An inspection would be taken now. */
  readonly ready: boolean
  readonly busy: boolean
}

export function shownState({ phase, underWay, takes }: StationState): ShownState {
  const busy = underWay > 0
  switch (phase) {
    case 'starting':
      return { vision: 'Preoperational', ready: false, busy }
    case 'no-model':
      return { vision: 'Initialized', ready: false, busy }
    case 'ready':
      return { vision: busy ? 'SingleExecution' : 'Ready', ready: takes, busy }
    case 'failed':
      return { vision: 'Error', ready: false, busy }
    case 'stopping':
      return { vision: 'Halted', ready: false, busy }
  }
}
