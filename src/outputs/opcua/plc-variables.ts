/**
 * The plain variables that a PLC reads: what they hold, by state and by result. Pure; `address-space.ts` makes nodes of them.
 *
 * Every value that is not said by a result of now is the safe one: not ready, not valid, not OK.
 */
import type { StationModel } from '../../wire/station/inspection.ts'
import type { Told } from '../contract.ts'
import type { Action } from '../line-signal.ts'
import { type StationState, shownState } from '../station-state.ts'

/** Names and types of the variables, in the order in which they are written; `ResultValid` is the last of a result. */
export const plcTypes = {
  Heartbeat: 'UInt32',
  State: 'String',
  Reason: 'String',
  Ready: 'Boolean',
  Busy: 'Boolean',
  Recipe: 'String',
  RecipeFingerprint: 'String',
  ResultId: 'String',
  JobId: 'String',
  PartId: 'String',
  Lot: 'String',
  Camera: 'String',
  Outcome: 'String',
  Action: 'String',
  ActionCode: 'UInt16',
  Score: 'Double',
  Threshold: 'Double',
  ResultTime: 'String',
  ResultOK: 'Boolean',
  ResultCount: 'UInt32',
  ResultValid: 'Boolean',
} as const satisfies Record<string, 'Boolean' | 'String' | 'Double' | 'UInt16' | 'UInt32'>

export type PlcName = keyof typeof plcTypes

export interface PlcValues {
  readonly Heartbeat: number
  /** As OPC 40100-1 names them. */
  readonly State: string
  readonly Reason: string
  readonly Ready: boolean
  readonly Busy: boolean
  readonly Recipe: string
  readonly RecipeFingerprint: string
  readonly ResultId: string
  readonly JobId: string
  readonly PartId: string
  readonly Lot: string
  readonly Camera: string
  /** Empty before the first result. */
  readonly Outcome: string
  /** Empty before the first result. */
  readonly Action: Action | ''
  readonly ActionCode: number
  /** 0 where nothing was judged. */
  readonly Score: number
  readonly Threshold: number
  /** ISO 8601; empty before the first result. */
  readonly ResultTime: string
  readonly ResultOK: boolean
  /** One more with each result that is shown, with a verdict or without; wraps at 2^32. */
  readonly ResultCount: number
  readonly ResultValid: boolean
}

/** For PLCs that would rather switch on a number. */
export const actionCodes: Readonly<Record<Action, number>> = { pass: 1, reject: 2, hold: 3 }

const noResult = {
  ResultId: '',
  JobId: '',
  PartId: '',
  Lot: '',
  Camera: '',
  Outcome: '',
  Action: '',
  ActionCode: 0,
  Score: 0,
  Threshold: 0,
  ResultTime: '',
  ResultOK: false,
  ResultValid: false,
} as const satisfies Partial<PlcValues>

export const firstValues: PlcValues = {
  ...noResult,
  Heartbeat: 0,
  State: 'Preoperational',
  Reason: '',
  Ready: false,
  Busy: false,
  Recipe: '',
  RecipeFingerprint: '',
  ResultCount: 0,
}

const wrapped = (count: number): number => (count + 1) % 2 ** 32

export function afterBeat(values: PlcValues): PlcValues {
  return { ...values, Heartbeat: wrapped(values.Heartbeat) }
}

/**
 * @param isNewPart - An inspection has begun: what was valid is the result of another part.
 */
export function afterState(values: PlcValues, state: StationState, isNewPart: boolean): PlcValues {
  const { vision, ready, busy } = shownState(state)
  const keepsResult = !isNewPart && state.phase === 'ready'
  return {
    ...values,
    ...(keepsResult ? {} : { ResultOK: false, ResultValid: false }),
    ...recipeOf(state.model),
    State: vision,
    Reason: state.reason ?? '',
    Ready: ready,
    Busy: busy,
  }
}

/** The station has not been heard of for some seconds. */
export function afterSilence(values: PlcValues): PlcValues {
  return {
    ...values,
    State: 'Error',
    Reason: 'the station does not answer',
    Ready: false,
    ResultOK: false,
    ResultValid: false,
  }
}

export function afterResult(values: PlcValues, { message, signal }: Told): PlcValues {
  const { inspection, time, outcome, reason, part, lot, camera, score, threshold } = message
  return {
    ...values,
    Reason: reason ?? '',
    ResultId: inspection,
    JobId: inspection,
    PartId: part ?? '',
    Lot: lot ?? '',
    Camera: camera ?? '',
    Outcome: outcome,
    Action: signal.action,
    ActionCode: actionCodes[signal.action],
    Score: score ?? 0,
    Threshold: threshold ?? 0,
    ResultTime: time,
    ResultOK: signal.resultOk,
    ResultCount: wrapped(values.ResultCount),
    ResultValid: signal.resultValid,
  }
}

function recipeOf(model: StationModel | null): Pick<PlcValues, 'Recipe' | 'RecipeFingerprint'> {
  return { Recipe: model?.name ?? '', RecipeFingerprint: model?.fingerprint ?? '' }
}
