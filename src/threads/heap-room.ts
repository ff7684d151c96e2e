/**
 * How much may be allocated in a thread before its garbage is collected.
 *
 * V8 looks for garbage once what a heap holds and the arrays allocated since the last look exceed a limit, some 24 MB above what was left
 * then. Threads that go through images allocate as much every tenth of a second: each time the whole heap is marked, on threads of V8's
 * own, to find a few arrays. Where the limit never falls below a least one, they are looked for a quarter as often.
 */
import { setFlagsFromString } from 'node:v8'

/** `roomy` threads are collected more seldom and hold up to some 64 MB more each. */
export type HeapRoom = 'plain' | 'roomy'

/** Megabytes: above what a thread of an evaluation holds, by about those 64. */
const leastLimit = 80

/** Options of Node for a process that is collected as seldom as a roomy thread. */
export const roomyProcess: readonly string[] = [`--initial-old-space-size=${leastLimit}`]

/** Of a thread, when it runs or is over. */
export interface Starting {
  once(event: 'online' | 'exit', listener: () => void): unknown
}

/**
 * @param start - Starts threads. What is set for them is unset as soon as all run, and threads that others start later are not concerned.
 * @param setFlags - As V8's own.
 */
export function withHeapRoom<Thread extends Starting>(
  room: HeapRoom,
  start: () => readonly Thread[],
  setFlags: (flags: string) => void = setFlagsFromString,
): readonly Thread[] {
  if (room === 'plain') return start()
  // Read by a thread when it begins; 0 is V8's own choice.
  const setLeastLimit = (megabytes: number): void => setFlags(`--initial-old-space-size=${megabytes}`)
  setLeastLimit(leastLimit)
  const threads = start()
  const awaited = new Set<Thread>(threads)
  for (const thread of threads) {
    const settle = (): void => {
      if (awaited.delete(thread) && awaited.size === 0) setLeastLimit(0)
    }
    thread.once('online', settle)
    thread.once('exit', settle)
  }
  return threads
}
