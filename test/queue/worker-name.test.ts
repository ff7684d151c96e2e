/** What a worker calls itself at the queue. */
import { expect, it } from 'vitest'
import { storeOfWorker, workerName } from '../../src/queue/worker-name.ts'
import { laneHere } from '../../src/run/fleet/lanes.ts'

/** As BullMQ makes it. */
const shown = (name: string) => `bull:${Buffer.from(laneHere()).toString('base64')}:w:${name}`

it('tells its store, also where only 63 letters are kept', () => {
  const name = workerName('press-hall-3.works.example.com-12345', '0a1b2c3d')
  expect(storeOfWorker(shown(name))).toBe('0a1b2c3d')
  expect(storeOfWorker(shown(name).slice(0, 63))).toBe('0a1b2c3d')
})

it('tells none where there is none', () => {
  expect(storeOfWorker(shown(workerName('deadbeef-12', undefined)))).toBe(undefined)
  expect(storeOfWorker('bull:abc')).toBe(undefined)
})
