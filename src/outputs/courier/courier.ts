/**
 * Carries the letters of one output out of the outbox: at least once each, while inspections go on.
 *
 * A letter leaves the outbox only when the place has it. Where the place cannot take anything, letters wait with growing pauses,
 * each for itself, and a circuit breaker leaves the place alone as a whole; what it never takes, and what was tried in vain for
 * too long, becomes a dead letter for a person to look at. Letters that failed are overtaken by later ones.
 */
import { setMaxListeners } from 'node:events'
import type { Random } from '../../math/random.ts'
import type { Outbox } from '../../records/outbox.ts'
import type { Letter } from '../../wire/station/letter.ts'
import type { ResultMessage } from '../../wire/station/result-message.ts'
import type { Delivery, Output, OutputEvent, Timepiece } from '../contract.ts'
import { type LinePolicy, lineSignal } from '../line-signal.ts'
import { type BackOff, backOffMs } from './back-off.ts'
import { createBreaker } from './breaker.ts'
import { type CourierFigures, createCounts } from './figures.ts'
import { forwardClock } from './forward-clock.ts'
import { readLetter } from './read-letter.ts'

/** What of the outbox a courier needs. */
export type LettersOut = Pick<Outbox, 'due' | 'delivered' | 'failed' | 'dead'>

export interface CourierSettings {
  readonly name: string
  readonly policy: LinePolicy
  readonly backOff: BackOff
  /** Age from which a letter that was tried at least {@link leastAttempts} times is given up. */
  readonly giveUpAfterMs: number
  /** Longest pause between two looks into the outbox. */
  readonly pollMs: number
}

/** A station that was switched off for a week still tries what it finds. */
export const leastAttempts = 10

/** Results told without a letter that may be under way at once; more are counted as lost. */
export const toldAtOnce = 32

export interface CourierTools {
  readonly output: Output
  readonly outbox: LettersOut
  readonly timepiece: Timepiece
  readonly random: Random
  readonly log: (event: OutputEvent) => void
}

export interface Courier {
  /** There is something new in the outbox. */
  wake(): void
  /** Tells a result that could not be written down: tried once, now. */
  tell(message: ResultMessage): void
  figures(): CourierFigures
  /** Takes up nothing more, lets deliveries under way end for so long, then breaks them off. */
  close(graceMs: number): Promise<void>
}

export function startCourier(settings: CourierSettings, tools: CourierTools): Courier {
  const { name, policy, backOff, giveUpAfterMs, pollMs } = settings
  const { output, outbox, timepiece, random, log } = tools
  const breaker = createBreaker(backOff, random.fork('breaker'))
  const now = forwardClock(timepiece)
  const counts = createCounts()
  const stopping = new AbortController()
  const breakingOff = new AbortController()
  setMaxListeners(0, breakingOff.signal) // one for each delivery under way
  const underWay = new Map<number, Promise<void>>()
  const told = new Set<Promise<void>>()
  let nap = new AbortController()
  let storeFailures = 0
  let isUp: boolean | null = null

  const wake = (): void => nap.abort()
  const monotonic = (): number => timepiece.monotonic()

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      nap = new AbortController() // whoever wakes during the round cuts the next nap short
      const pauseMs = await round()
      if (!stopping.signal.aborted) await timepiece.sleep(pauseMs, nap.signal)
    }
  }

  /** Takes up what there is room for. @returns Milliseconds until it is worth looking again. */
  async function round(): Promise<number> {
    const waitMs = breaker.waitMs(monotonic())
    if (waitMs > 0) return waitMs
    const most = breaker.state(monotonic()) === 'closed' ? output.concurrency : 1
    const room = most - underWay.size
    if (room <= 0) return pollMs
    try {
      const letters = await outbox.due(new Date(now()), name, underWay.size + room)
      storeFailures = 0
      for (const letter of letters.filter(({ id }) => !underWay.has(id)).slice(0, room)) takeUp(letter)
      return pollMs
    } catch (error) {
      return storeTrouble('the outbox cannot be read', error)
    }
  }

  function takeUp(letter: Letter): void {
    if (stopping.signal.aborted) return
    const carried = carry(letter).finally(() => {
      underWay.delete(letter.id)
      wake()
    })
    underWay.set(letter.id, carried)
  }

  async function carry(letter: Letter): Promise<void> {
    const read = readLetter(letter)
    if ('problem' in read) return await bury(letter, read.problem)
    const delivery = await deliver(read.message)
    switch (delivery.as) {
      case 'delivered':
        counts.delivered(now(), now() - Date.parse(letter.createdAt))
        return await write(() => outbox.delivered(letter.id))
      case 'refused':
        return await bury(letter, delivery.reason)
      case 'later':
        if (breakingOff.signal.aborted) return // we broke it off ourselves: the letter waits as it is
        if (isHopeless(letter)) return await bury(letter, `given up: ${delivery.reason}`)
        return await write(() =>
          outbox.failed(
            letter.id,
            shortened(delivery.reason),
            new Date(now() + backOffMs(letter.attempts + 1, backOff, random)),
          ),
        )
    }
  }

  /** One delivery, seen by breaker and counts. */
  async function deliver(message: ResultMessage): Promise<Delivery> {
    const delivery = await attempt(message)
    if (delivery.as === 'later') {
      if (breakingOff.signal.aborted) return delivery
      breaker.failed(monotonic(), delivery.afterMs)
      counts.failed(delivery.reason)
      if (breaker.state(monotonic()) !== 'closed') said(false, delivery.reason)
    } else {
      breaker.succeeded()
      said(true, delivery.as)
    }
    return delivery
  }

  async function attempt(message: ResultMessage): Promise<Delivery> {
    try {
      const signal = lineSignal(message.outcome, policy)
      return await output.deliver({ message, signal }, breakingOff.signal)
    } catch (error) {
      return { as: 'later', reason: reasonOf(error) }
    }
  }

  async function bury(letter: Letter, reason: string): Promise<void> {
    counts.buried(reason)
    await write(() => outbox.dead(letter.id, shortened(reason)))
    log({ kind: 'dead-letter', output: name, letter: letter.id, reason: shortened(reason) })
  }

  function isHopeless({ attempts, createdAt }: Letter): boolean {
    return attempts + 1 >= leastAttempts && now() - Date.parse(createdAt) >= giveUpAfterMs
  }

  /** Writes into the outbox until it succeeds: what is delivered is not sent again because a disk was full for a minute. */
  async function write(change: () => Promise<unknown>): Promise<void> {
    while (!breakingOff.signal.aborted) {
      try {
        await change()
        storeFailures = 0
        return
      } catch (error) {
        const pauseMs = storeTrouble('the outbox cannot be written', error)
        if (stopping.signal.aborted) return
        await timepiece.sleep(pauseMs, stopping.signal)
      }
    }
  }

  function storeTrouble(what: string, error: unknown): number {
    if (storeFailures++ === 0) log({ kind: 'trouble', output: name, reason: `${what}: ${reasonOf(error)}` })
    return backOffMs(storeFailures, backOff, random)
  }

  function said(up: boolean, reason: string): void {
    if (isUp !== up && !(isUp === null && up))
      log({ kind: 'state', output: name, state: up ? 'up' : 'down', reason })
    isUp = up
  }

  function tell(message: ResultMessage): void {
    if (stopping.signal.aborted || told.size >= toldAtOnce) {
      counts.toldLost()
      return
    }
    const telling = deliver(message).then((delivery) => {
      told.delete(telling)
      if (delivery.as === 'delivered') counts.toldOnce()
      else counts.toldLost()
    })
    told.add(telling)
  }

  const working = work()

  return {
    wake,
    tell,
    figures: () => counts.read(output.state(), breaker.state(monotonic()), underWay.size),
    async close(graceMs) {
      stopping.abort()
      wake()
      await working
      const ended = new AbortController()
      const everything = Promise.all([...underWay.values(), ...told]).then(() => ended.abort())
      await timepiece.sleep(graceMs, ended.signal)
      breakingOff.abort()
      await everything
      await output.close()
    },
  }
}

const longestReason = 500

/** One line, without control characters. */
function shortened(reason: string): string {
  return reason
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, longestReason)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
