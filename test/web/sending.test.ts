/** Pictures that a person drops in. */
import { afterEach, expect, it } from 'vitest'
import { Refusal } from '../../src/web/state/call.ts'
import { cancelSending, sending, sendPictures } from '../../src/web/state/sending.ts'
import type { InspectAnswer } from '../../src/wire/serve/inspect.ts'

const answer = {} as InspectAnswer
const named = (...names: string[]): File[] => names.map((name) => new File(['x'], name))
const nameOf = (picture: Blob): string => (picture as File).name

afterEach(cancelSending)

it('go two at a time, and more that are dropped meanwhile queue behind them', async () => {
  const asked: string[] = []
  let running = 0
  let most = 0
  const inspect = async (picture: Blob): Promise<InspectAnswer> => {
    asked.push(nameOf(picture))
    most = Math.max(most, ++running)
    await new Promise((resolve) => setTimeout(resolve, 5))
    running--
    return answer
  }
  const first = sendPictures(named('a', 'b', 'c'), inspect)
  await sendPictures(named('d', 'e'), inspect)
  await first
  expect(asked).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(most).toBe(2)
  expect(sending.value).toMatchObject({ total: 5, done: 5, failures: 0 })
})

it('are named where there is no verdict, at most twenty of them', async () => {
  const refuse = async (): Promise<InspectAnswer> => {
    throw new Refusal({ status: 415, code: 'IMAGE', detail: 'no picture' })
  }
  await sendPictures(named(...Array.from({ length: 25 }, (_, i) => `${i}.txt`)), refuse)
  expect(sending.value).toMatchObject({ total: 25, done: 25, failures: 25 })
  expect(sending.value?.failed).toHaveLength(20)
  expect(sending.value?.failed[0]).toMatchObject({
    name: '0.txt',
    reason: { code: 'IMAGE', message: 'no picture' },
  })
})

it('stop when cancelled, and those dropped after that go all the same', async () => {
  const asked: string[] = []
  const hanging = (picture: Blob, signal: AbortSignal): Promise<InspectAnswer> => {
    asked.push(nameOf(picture))
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))))
  }
  const first = sendPictures(named('a', 'b', 'c'), hanging)
  cancelSending()
  await sendPictures(named('d'), async (picture) => {
    asked.push(nameOf(picture))
    return answer
  })
  await first
  expect(asked).toEqual(['a', 'b', 'd'])
  expect(sending.value).toMatchObject({ total: 1, done: 1 })
})
