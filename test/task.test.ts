import { describe, expect, it } from 'vitest'
import { CancelledError } from '../src/errors.ts'
import { checkCancelled, mapConcurrent, quietTask, sharedThread } from '../src/task.ts'

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('mapConcurrent', () => {
  it('keeps the order, falsy items and the limit', async () => {
    let running = 0
    let most = 0
    const results = await collect(
      mapConcurrent([0, '', null, undefined, 5, 6, 7], 3, async (item, index) => {
        most = Math.max(most, ++running)
        for (let turn = 0; turn < 7 - index; turn++) await Promise.resolve()
        running--
        return [index, item]
      }),
    )
    expect(results.map((r) => r[1])).toEqual([0, '', null, undefined, 5, 6, 7])
    expect(most).toBe(3)
  })

  it('rejects with the first failure and leaves nothing running', async () => {
    let finished = 0
    const run = collect(
      mapConcurrent([1, 2, 3, 4, 5, 6], 2, async (item) => {
        if (item === 3) throw new Error('third')
        await Promise.resolve()
        finished++
        return item
      }),
    )
    await expect(run).rejects.toThrow('third')
    expect(finished).toBeLessThan(6)
  })

  it('starts nothing more when the consumer stops early', async () => {
    let started = 0
    for await (const _ of mapConcurrent([1, 2, 3, 4, 5, 6, 7, 8], 2, async (item) => {
      started++
      return item
    })) {
      break
    }
    expect(started).toBeLessThanOrEqual(3)
  })
})

describe('checkCancelled', () => {
  it('throws once the signal has fired, not before', () => {
    const controller = new AbortController()
    const task = { ...quietTask, signal: controller.signal }
    expect(() => checkCancelled(task)).not.toThrow()
    controller.abort()
    expect(() => checkCancelled(task)).toThrow(CancelledError)
  })
})

describe('a shared thread', () => {
  it('lets a signal through while a loop computes', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 0)
    const turn = sharedThread()
    for (let i = 0; i < 1e7 && !controller.signal.aborted; i++) await turn()
    expect(controller.signal.aborted).toBe(true)
  })
})
