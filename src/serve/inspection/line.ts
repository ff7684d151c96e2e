/**
 * The line that requests stand in: so many at a time, so many waiting, and whoever comes when it is full is told at once.
 *
 * Two limits: how many requests are held in all, and how many bytes they may bring. Both are claimed before a byte of a body is
 * read, so that slow or large clients cannot make memory grow.
 */
import { ProblemError } from '../problem.ts'

export interface LineOptions {
  /** Requests that may be held at once, the one being judged included. */
  readonly places: number
  /** Bytes of bodies that may be held at once. */
  readonly bytes: number
  /** Told when somebody has come or gone. */
  readonly onChange?: () => void
}

export interface Line {
  /** @returns What gives the place back; calling it twice is harmless. @throws {ProblemError} 503: no place, with when to come again. */
  enter(bytes: number): () => void
  /** Told how long a judgement took, so that waiting clients are told a time that makes sense. */
  took(milliseconds: number): void
  readonly held: number
  /** Whoever came now would be turned away. */
  readonly isFull: boolean
}

export function createLine({ places, bytes: room, onChange = () => {} }: LineOptions): Line {
  let held = 0
  let bytesHeld = 0
  let typical = 100
  return {
    enter(bytes) {
      if (held >= places || (held > 0 && bytesHeld + bytes > room)) {
        throw new ProblemError({
          status: 503,
          code: 'BUSY',
          state: 'busy',
          detail: `${held} requests are being worked on already (--queue): ask again later. Nothing was judged`,
          retryAfter: Math.max(1, Math.ceil((held * typical) / 1000)),
        })
      }
      held++
      bytesHeld += bytes
      onChange()
      let isIn = true
      return () => {
        if (!isIn) return
        isIn = false
        held--
        bytesHeld -= bytes
        onChange()
      }
    },
    took(milliseconds) {
      typical += (milliseconds - typical) / 10
    },
    get held() {
      return held
    },
    get isFull() {
      return held >= places
    },
  }
}
