import { describe, expect, it } from 'vitest'
import { interruptSignal } from '../../src/cli/process-effects.ts'
import { reportError } from '../../src/cli/report-error.ts'
import {
  CancelledError,
  FindingError,
  InputError,
  ModelError,
  StatisticalError,
  UsageError,
} from '../../src/errors.ts'
import { createRecorder } from './recorder.ts'

const noSpace = Object.assign(new Error('ENOSPC: no space left'), {
  code: 'ENOSPC',
  path: '/full/x',
  syscall: 'write',
})
const noModule = Object.assign(new Error('Cannot find module'), { code: 'ERR_MODULE_NOT_FOUND' })

describe('reportError', () => {
  it.each<[unknown, number, string, string | undefined]>([
    [new UsageError('no'), 2, 'USAGE', undefined],
    [new InputError('/a', 'no such file'), 3, 'INPUT', '/a'],
    [new ModelError('/m', 'wrong magic'), 4, 'MODEL', '/m'],
    [new StatisticalError('too few'), 5, 'STATISTICS', undefined],
    [new FindingError('leak'), 6, 'FINDING', undefined],
    [new CancelledError(), 130, 'CANCELLED', undefined],
    [noSpace, 3, 'INPUT', '/full/x'],
    [noModule, 1, 'BUG', undefined],
    [new TypeError('x is undefined'), 1, 'BUG', undefined],
    ['a string', 1, 'BUG', undefined],
  ])('%s', (thrown, exit, code, path) => {
    const recorder = createRecorder()
    expect(reportError(thrown, recorder, { json: true, debug: false, command: 'train' })).toBe(exit)
    const { error } = JSON.parse(recorder.out())
    expect([error.code, error.path]).toEqual([code, path])
    expect(recorder.err()).toContain(error.message)
  })

  it('leaves stdout alone without --json', () => {
    const recorder = createRecorder()
    reportError(new UsageError('no'), recorder, { json: false, debug: false })
    expect([recorder.out(), recorder.err()]).toEqual(['', 'plumbline: no\nSee `plumbline --help`.\n'])
  })

  it('says that an interrupted command goes on from there, however the work noticed', () => {
    const abort = Object.assign(new Error('This operation was aborted'), { name: 'AbortError' })
    const recorder = createRecorder()
    expect(reportError(abort, recorder, { json: false, debug: false })).toBe(1) // nobody asked for it
    recorder.controller.abort()
    expect(reportError(abort, recorder, { json: false, debug: false })).toBe(130)
    expect(recorder.err()).toContain(
      'interrupted; what is done is kept, and the same command goes on from there',
    )
  })

  it('shows causes with --debug', () => {
    const recorder = createRecorder()
    const error = new InputError('/a', 'bad', { cause: new Error('the deeper reason') })
    reportError(error, recorder, { json: false, debug: true })
    expect(recorder.err()).toMatch(/caused by Error: the deeper reason\n {4}at /)
  })
})

describe('interruptSignal', () => {
  it('aborts at the first signal and ends the process at the second', () => {
    const handlers = new Map<string, () => void>()
    const exits: number[] = []
    let said = ''
    const host = {
      on: (name: string, handler: () => void) => void handlers.set(name, handler),
      exit: (code: number) => void exits.push(code),
      stderr: {
        write: (text: string) => {
          said += text
        },
      },
    }
    const signal = interruptSignal(host as unknown as Parameters<typeof interruptSignal>[0])
    expect([...handlers.keys()]).toEqual(['SIGINT', 'SIGTERM'])
    handlers.get('SIGINT')!()
    expect([signal.aborted, exits]).toEqual([true, []])
    expect(said).toContain('once more kills at once')
    handlers.get('SIGTERM')!()
    expect(exits).toEqual([130])
  })
})
