import { spawnSync } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { roomyProcess, withHeapRoom } from '../../src/threads/heap-room.ts'
import { createWorkerPool } from '../../src/threads/worker-pool.ts'

const limit = '--initial-old-space-size'

/** What is set, and what it was when the threads began. */
function start(room: 'plain' | 'roomy') {
  const set: string[] = []
  const begun: (string | undefined)[] = []
  const threads = withHeapRoom(
    room,
    () => {
      begun.push(set.at(-1))
      return [new EventEmitter(), new EventEmitter()]
    },
    (flags) => set.push(flags),
  )
  return { set, begun, threads }
}

describe('room on the heap of a thread', () => {
  it('is set when the threads begin, and unset when the last of them runs or is over', () => {
    const { set, begun, threads } = start('roomy')
    expect(begun).toEqual([`${limit}=80`])
    threads[0]!.emit('online')
    threads[0]!.emit('exit')
    expect(set).toEqual([`${limit}=80`])
    threads[1]!.emit('exit')
    expect(set).toEqual([`${limit}=80`, `${limit}=0`])
  })

  it('is left alone where none is asked for', () => {
    expect(start('plain')).toMatchObject({ set: [], begun: [undefined] })
  })

  it('is asked of a process in words that Node takes', () => {
    const started = (argv: readonly string[]) => spawnSync(process.execPath, [...argv, '-e', '']).status
    expect(started(roomyProcess)).toBe(0)
    expect(started(['--initial-old-spice-size=80'])).not.toBe(0)
  })

  it('changes nothing that the threads say', async () => {
    const pool = createWorkerPool<number, number>(import.meta.url, 'square-worker', 2, { power: 2 }, 'roomy')
    expect(await Promise.all([1, 2, 3].map((job) => pool.run(job)))).toEqual([1, 4, 9])
    await pool.close()
  })
})
