/** Effects that only remember; the clock stands still until it is moved. */
import type { Effects } from '../../src/cli/effects.ts'

export interface Recorder extends Effects {
  readonly out: () => string
  readonly err: () => string
  /** Moves the clock. */
  readonly pass: (ms: number) => void
  readonly controller: AbortController
}

export function createRecorder(overrides: Partial<Effects> = {}): Recorder {
  let out = ''
  let err = ''
  let nowMs = Date.UTC(2026, 0, 1)
  const controller = new AbortController()
  return {
    stdout: (text) => {
      out += text
    },
    stderr: (text) => {
      err += text
    },
    isTerminal: false,
    columns: 80,
    now: () => new Date(nowMs),
    signal: controller.signal,
    env: { HOME: '/home/nobody' },
    cwd: '/somewhere',
    ...overrides,
    out: () => out,
    err: () => err,
    pass: (ms) => {
      nowMs += ms
    },
    controller,
  }
}
