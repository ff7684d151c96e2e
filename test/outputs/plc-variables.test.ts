import { describe, expect, it } from 'vitest'
import { lineSignal } from '../../src/outputs/line-signal.ts'
import { resultMessage } from '../../src/outputs/message.ts'
import {
  afterBeat,
  afterResult,
  afterSilence,
  afterState,
  firstValues,
  type PlcValues,
  plcTypes,
} from '../../src/outputs/opcua/plc-variables.ts'
import type { StationState } from '../../src/outputs/station-state.ts'
import { outcomeSchema, type StationOutcome } from '../../src/wire/station/verdict.ts'
import { sampleJudged } from './sample-judged.ts'

const model = { name: 'line-3', fingerprint: 'f1', preparation: null }
const ready: StationState = { phase: 'ready', model, underWay: 0, takes: true, reason: null }

function told(outcome: StationOutcome, failSafe: 'reject' | 'hold' = 'reject') {
  const message = resultMessage(sampleJudged(1, { outcome }), true)
  return { message, signal: lineSignal(outcome, { failSafe, review: 'hold' }) }
}

const good = afterResult(afterState(firstValues, ready, false), told('nominal'))
const isSafe = ({ ResultOK, ResultValid }: PlcValues): boolean => !ResultOK && !ResultValid

describe('the variables of a PLC', () => {
  it('begin safe', () => {
    expect(isSafe(firstValues)).toBe(true)
    expect(firstValues).toMatchObject({ Ready: false, Busy: false, State: 'Preoperational', ActionCode: 0 })
  })

  it('have a value each', () => {
    expect(Object.keys(firstValues).sort()).toEqual(Object.keys(plcTypes).sort())
  })

  it.each(outcomeSchema.options)('say OK for nominal alone: %s', (outcome) => {
    for (const failSafe of ['reject', 'hold'] as const) {
      const values = afterResult(good, told(outcome, failSafe))
      expect(values.ResultOK).toBe(outcome === 'nominal')
      expect(values.ResultValid).toBe(['nominal', 'anomalous', 'review'].includes(outcome))
      expect(values.ResultCount).toBe(2)
      expect(values.Outcome).toBe(outcome)
    }
  })

  it('forget that a part was good when the next one begins', () => {
    expect(good).toMatchObject({ ResultOK: true, ResultValid: true, PartId: 'P-1', ActionCode: 1 })
    const values = afterState(good, { ...ready, underWay: 1 }, true)
    expect(values).toMatchObject({
      ResultOK: false,
      ResultValid: false,
      Busy: true,
      State: 'SingleExecution',
    })
  })

  it('keep a result while the station is ready and nothing begins', () => {
    expect(afterState(good, ready, false)).toMatchObject({ ResultOK: true, ResultValid: true, Ready: true })
    expect(afterBeat(good)).toMatchObject({ ResultOK: true, Heartbeat: 1 })
  })

  it.each(['starting', 'no-model', 'failed', 'stopping'] as const)(
    'are safe while the station is %s',
    (phase) => {
      for (const takes of [true, false]) {
        const values = afterState(good, { ...ready, phase, takes }, false)
        expect(isSafe(values)).toBe(true)
        expect(values.Ready).toBe(false)
      }
    },
  )

  it('are safe when nothing is heard of the station', () => {
    expect(afterSilence(good)).toMatchObject({
      ResultOK: false,
      ResultValid: false,
      Ready: false,
      State: 'Error',
    })
  })

  it('count on from the largest number', () => {
    const values = { ...firstValues, Heartbeat: 2 ** 32 - 1, ResultCount: 2 ** 32 - 1 }
    expect(afterBeat(values).Heartbeat).toBe(0)
    expect(afterResult(values, told('anomalous')).ResultCount).toBe(0)
  })
})
