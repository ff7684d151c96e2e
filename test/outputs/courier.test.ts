import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import type { Delivery, Output, OutputEvent, Told } from '../../src/outputs/contract.ts'
import {
  type CourierSettings,
  leastAttempts,
  startCourier,
  toldAtOnce,
} from '../../src/outputs/courier/courier.ts'
import { defaultPolicy } from '../../src/outputs/line-signal.ts'
import { resultMessage } from '../../src/outputs/message.ts'
import type { NewLetter } from '../../src/wire/station/letter.ts'
import { fakeTimepiece } from './fake-timepiece.ts'
import { memoryOutbox } from './memory-outbox.ts'
import { sampleJudged } from './sample-judged.ts'

const minute = 60_000
const hour = 60 * minute
const delivered: Delivery = { as: 'delivered' }
const down: Delivery = { as: 'later', reason: 'connect ECONNREFUSED' }

function letterOf(number: number): NewLetter {
  const payload = JSON.parse(JSON.stringify(resultMessage(sampleJudged(number), true)))
  return { target: 'mes', kind: 'inspection', payload }
}

/** A courier, its outbox, and a place that answers as it is told; `came` holds what reached it. */
function setUp(
  answer: (told: Told) => Delivery | Promise<Delivery>,
  changes: Partial<CourierSettings> = {},
  concurrency = 4,
) {
  const timepiece = fakeTimepiece()
  const outbox = memoryOutbox()
  const came: { readonly number: number; readonly at: number }[] = []
  const events: OutputEvent[] = []
  let attempts = 0
  const output: Output = {
    concurrency,
    async deliver(told) {
      attempts++
      const delivery = await answer(told)
      if (delivery.as === 'delivered') came.push({ number: numberOf(told), at: timepiece.monotonic() })
      return delivery
    },
    probe: async () => ({ ok: true, words: '' }),
    state: () => 'up',
    async close() {},
  }
  const settings: CourierSettings = {
    name: 'mes',
    policy: defaultPolicy,
    backOff: { firstMs: 500, longestMs: minute },
    giveUpAfterMs: 72 * hour,
    pollMs: 2000,
    ...changes,
  }
  const random = createRandom(1)
  const courier = startCourier(settings, {
    output,
    outbox,
    timepiece,
    random,
    log: (event) => events.push(event),
  })
  const put = (...numbers: number[]): void => {
    for (const number of numbers) outbox.put([letterOf(number)], new Date(timepiece.now()))
    courier.wake()
  }
  return { courier, timepiece, outbox, came, events, put, attempts: () => attempts }
}

const numberOf = ({ message }: Told): number => Number.parseInt(message.inspection, 16)
const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

describe('a courier', () => {
  it('delivers at once what it is woken for', async () => {
    const { courier, timepiece, came, put } = setUp(() => delivered)
    await timepiece.advance(100)
    put(1, 2, 3)
    await timepiece.advance(0)
    expect(came).toEqual([1, 2, 3].map((number) => ({ number, at: 100 })))
    expect(courier.figures()).toMatchObject({ delivered: 3, failures: 0, breaker: 'closed', lagMs: 0 })
  })

  it('finds what nobody woke it for', async () => {
    const { timepiece, came, outbox } = setUp(() => delivered)
    await timepiece.advance(100)
    outbox.put([letterOf(1)], new Date(timepiece.now()))
    await timepiece.advance(2000)
    expect(came).toHaveLength(1)
  })

  it('keeps order where one goes at a time', async () => {
    const { timepiece, came, put } = setUp(() => delivered, {}, 1)
    put(...numbers(1, 50))
    await timepiece.advance(1000)
    expect(came.map(({ number }) => number)).toEqual(numbers(1, 50))
  })

  it('has no more under way than the output allows', async () => {
    let underWay = 0
    let most = 0
    const { timepiece, came, put } = setUp(
      async () => {
        most = Math.max(most, ++underWay)
        await new Promise((resolve) => setImmediate(resolve))
        underWay--
        return delivered
      },
      {},
      3,
    )
    put(...numbers(1, 40))
    await timepiece.advance(1000)
    expect(came).toHaveLength(40)
    expect(most).toBe(3)
  })

  it('loses nothing while the place is down for an hour, leaves it alone meanwhile, and says so once', async () => {
    let isDown = true
    const { courier, timepiece, outbox, came, events, put, attempts } = setUp(() =>
      isDown ? down : delivered,
    )
    for (let number = 1; number <= 360; number++) {
      put(number)
      await timepiece.advance(10_000)
    }
    expect(came).toEqual([])
    expect(attempts()).toBeLessThan(150)
    expect(courier.figures().breaker).not.toBe('closed')
    isDown = false
    await timepiece.advance(2 * minute)
    expect(came.map(({ number }) => number).sort((a, b) => a - b)).toEqual(numbers(1, 360))
    expect(outbox.all.every(({ state }) => state === 'delivered')).toBe(true)
    expect(events.map((event) => event.kind === 'state' && event.state)).toEqual(['down', 'up'])
    expect(courier.figures()).toMatchObject({ breaker: 'closed', delivered: 360, dead: 0 })
  })

  it('does not let one letter that always fails hold up the others', async () => {
    const { timepiece, came, outbox, put } = setUp((told) => (numberOf(told) === 3 ? down : delivered))
    put(...numbers(1, 10))
    await timepiece.advance(5 * minute)
    put(...numbers(11, 20))
    await timepiece.advance(minute)
    expect(came.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
      numbers(1, 20).filter((n) => n !== 3),
    )
    expect(outbox.all[2]).toMatchObject({ state: 'waiting', lastError: 'connect ECONNREFUSED' })
  })

  it('waits as long as the place asks for', async () => {
    let asked = 0
    const { timepiece, came, put } = setUp(() =>
      asked++ === 0 ? { as: 'later', reason: 'status 503', afterMs: 30_000 } : delivered,
    )
    put(1)
    await timepiece.advance(29_000)
    expect(asked).toBe(1)
    await timepiece.advance(2000)
    expect(came).toHaveLength(1)
  })

  it('makes a dead letter of what is refused, and sends it when a person says so', async () => {
    let refuses = true
    const { courier, timepiece, outbox, came, events, put } = setUp(() =>
      refuses ? { as: 'refused', reason: 'status 422: no such\u0007 part' } : delivered,
    )
    put(1)
    await timepiece.advance(hour)
    expect(outbox.all[0]).toMatchObject({ state: 'dead', lastError: 'status 422: no such  part' })
    expect(events).toEqual([
      { kind: 'dead-letter', output: 'mes', letter: 1, reason: 'status 422: no such  part' },
    ])
    expect(courier.figures()).toMatchObject({ dead: 1, breaker: 'closed' })
    refuses = false
    await outbox.retry(1, 'somebody')
    courier.wake()
    await timepiece.advance(0)
    expect(came).toHaveLength(1)
  })

  it('gives up what is too old and was tried often enough', async () => {
    const { timepiece, outbox, put } = setUp(() => down, { giveUpAfterMs: hour })
    put(1)
    await timepiece.advance(hour - minute)
    expect(outbox.all[0]).toMatchObject({ state: 'waiting' })
    await timepiece.advance(3 * minute)
    expect(outbox.all[0]).toMatchObject({ state: 'dead', lastError: 'given up: connect ECONNREFUSED' })
    expect(outbox.all[0]!.attempts).toBeGreaterThanOrEqual(leastAttempts)
  })

  it('tries what it finds after a week switched off', async () => {
    const { courier, timepiece, outbox, came } = setUp(() => delivered)
    outbox.put([letterOf(1)], new Date(timepiece.now() - 7 * 24 * hour))
    courier.wake()
    await timepiece.advance(0)
    expect(came).toHaveLength(1)
  })

  it.each([
    ['a letter of another kind', { kind: 'weather' }, /holds "weather"/],
    [
      'a payload that is no result',
      { payload: { version: 2 } },
      /is no result as this version writes them: version/,
    ],
  ])('puts %s aside', async (_, changes, reason) => {
    const { courier, timepiece, outbox, attempts } = setUp(() => delivered)
    outbox.put([{ ...letterOf(1), ...changes }], new Date(timepiece.now()))
    courier.wake()
    await timepiece.advance(minute)
    expect(outbox.all[0]).toMatchObject({ state: 'dead', lastError: expect.stringMatching(reason) })
    expect(attempts()).toBe(0)
  })

  it('goes on when the clock is set back', async () => {
    let isDown = true
    const { timepiece, came, put } = setUp(() => (isDown ? down : delivered))
    put(1)
    await timepiece.advance(1000)
    timepiece.setClock(-5 * hour)
    isDown = false
    put(2)
    await timepiece.advance(minute)
    expect(came.map(({ number }) => number).sort()).toEqual([1, 2])
  })

  it('survives an output that throws', async () => {
    let asked = 0
    const { timepiece, came, put } = setUp(() => {
      if (asked++ === 0) throw new TypeError('a bug')
      return delivered
    })
    put(1)
    await timepiece.advance(minute)
    expect(came).toHaveLength(1)
  })

  it('goes on after the outbox could not be read, and says it once', async () => {
    const { timepiece, outbox, came, events, put } = setUp(() => delivered)
    outbox.broken = new Error('the disk is full')
    put(1)
    await timepiece.advance(10 * minute)
    expect(events).toEqual([
      { kind: 'trouble', output: 'mes', reason: 'the outbox cannot be read: the disk is full' },
    ])
    outbox.broken = null
    await timepiece.advance(minute)
    expect(came).toHaveLength(1)
  })

  it('does not send again what is delivered and could not be written down for a while', async () => {
    const { timepiece, outbox, came, put } = setUp(() => {
      outbox.broken = new Error('the disk is full')
      return delivered
    })
    put(1)
    await timepiece.advance(10 * minute)
    outbox.broken = null
    await timepiece.advance(2 * minute)
    expect(came).toHaveLength(1)
    expect(outbox.all[0]).toMatchObject({ state: 'delivered' })
  })

  it('tells without a letter once, and counts what it could not tell', async () => {
    const answers: ((delivery: Delivery) => void)[] = []
    const { courier, timepiece } = setUp(() => new Promise((resolve) => answers.push(resolve)))
    const message = resultMessage(sampleJudged(1), false)
    for (let i = 0; i < toldAtOnce + 3; i++) courier.tell(message)
    await timepiece.advance(0)
    expect(answers).toHaveLength(toldAtOnce)
    for (const [i, answer] of answers.entries()) answer(i === 0 ? down : delivered)
    await timepiece.advance(hour)
    expect(courier.figures()).toMatchObject({ toldOnce: toldAtOnce - 1, toldLost: 4 })
  })

  it('ends: what is under way may finish, the rest waits', async () => {
    const answers: ((delivery: Delivery) => void)[] = []
    const { courier, timepiece, outbox, put } = setUp(
      () => new Promise((resolve) => answers.push(resolve)),
      {},
      2,
    )
    put(...numbers(1, 5))
    await timepiece.advance(0)
    const closed = courier.close(5000)
    await timepiece.advance(100)
    for (const answer of answers) answer(delivered)
    await closed
    expect(outbox.all.map(({ state }) => state)).toEqual([
      'delivered',
      'delivered',
      'waiting',
      'waiting',
      'waiting',
    ])
  })

  it('breaks off what does not end, and leaves the letter as it was', async () => {
    const timepiece = fakeTimepiece()
    const outbox = memoryOutbox()
    outbox.put([letterOf(1)], new Date(timepiece.now()))
    const output: Output = {
      concurrency: 1,
      deliver: (_, signal) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => resolve({ as: 'later', reason: 'aborted' })),
        ),
      probe: async () => ({ ok: true, words: '' }),
      state: () => 'up',
      async close() {},
    }
    const settings = {
      name: 'mes',
      policy: defaultPolicy,
      backOff: { firstMs: 500, longestMs: minute },
      giveUpAfterMs: hour,
      pollMs: 2000,
    }
    const courier = startCourier(settings, { output, outbox, timepiece, random: createRandom(1), log() {} })
    await timepiece.advance(10)
    const closed = courier.close(5000)
    await timepiece.advance(5000)
    await closed
    expect(outbox.all[0]).toMatchObject({ state: 'waiting', attempts: 0, lastError: null })
  })
})
