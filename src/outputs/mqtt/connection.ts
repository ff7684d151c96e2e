/**
 * One broker, kept connected: a client for each connection and nothing carried over, because what was not acknowledged is in the
 * outbox and comes again from there.
 */
import { setMaxListeners } from 'node:events'
import type { IClientOptions, IClientPublishOptions, MqttClient } from 'mqtt'
import type { Random } from '../../math/random.ts'
import type { Timepiece } from '../contract.ts'
import { type BackOff, backOffMs } from '../courier/back-off.ts'
import { timeLimit, waitAtMost } from '../time-limit.ts'

export interface BrokerConnection {
  /** Resolves when the broker has acknowledged. @throws {BrokerError} It has not. */
  publish(topic: string, payload: string, options: IClientPublishOptions, signal: AbortSignal): Promise<void>
  isConnected(): boolean
  /** Says a last word, if there is a connection, and ends it. */
  close(lastWord: (publish: BrokerConnection['publish']) => Promise<void>): Promise<void>
}

/** With the broker's reason code, where it gave one (MQTT 5, 2.4). */
export class BrokerError extends Error {
  readonly reasonCode: number | null
  constructor(message: string, reasonCode: number | null = null) {
    super(message)
    this.reasonCode = reasonCode
  }
}

/** Reason code of a packet that is too large (MQTT 5, 2.4), which brokers answer by ending the connection. */
export const packetTooLarge = 0x95

/** Of a packet around topic and payload: header, lengths, identifier, properties (MQTT 5, 3.3). */
const headerBytes = 16

export interface BrokerTools {
  readonly connect: (url: string, options: IClientOptions) => MqttClient
  readonly timepiece: Timepiece
  readonly random: Random
  readonly backOff: BackOff
  /** Longest wait for a connection, and for an acknowledgement. */
  readonly timeoutMs: number
  /** Called at every connection, before {@link BrokerConnection.publish} is let through. */
  readonly connected: () => void
}

export function keepConnected(url: string, options: IClientOptions, tools: BrokerTools): BrokerConnection {
  const { connect, timepiece, random, backOff, timeoutMs, connected } = tools
  const stopping = new AbortController()
  let current: { readonly client: MqttClient; readonly gone: AbortSignal } | null = null
  let nextConnection = newGate()
  let lastReason = 'not connected yet'
  let failures = 0

  async function keep(): Promise<void> {
    while (!stopping.signal.aborted) {
      await oneConnection()
      if (stopping.signal.aborted) break
      await timepiece.sleep(backOffMs(++failures, backOff, random), stopping.signal)
    }
  }

  /** From the attempt to connect to the loss of the connection. */
  function oneConnection(): Promise<void> {
    const client = connect(url, { ...options, reconnectPeriod: 0, connectTimeout: timeoutMs, clean: true })
    const gone = new AbortController()
    setMaxListeners(0, gone.signal) // one for each message under way
    return new Promise((resolve) => {
      client.on('error', (error) => {
        lastReason = reasonOf(error)
      })
      client.on('disconnect', ({ reasonCode }) => {
        lastReason = `the broker ended the connection, reason code ${reasonCode ?? 'unknown'}`
      })
      client.on('connect', () => {
        failures = 0
        lastReason = 'the connection was lost'
        current = { client, gone: gone.signal }
        connected()
        nextConnection.open()
      })
      client.on('close', () => {
        current = null
        nextConnection = nextConnection.isOpen() ? newGate() : nextConnection
        gone.abort()
        client.end(true)
        resolve()
      })
    })
  }

  async function publish(
    topic: string,
    payload: string,
    publishOptions: IClientPublishOptions,
    signal: AbortSignal,
  ): Promise<void> {
    if (current === null) await nextConnection.passed(timeoutMs, signal)
    const connection = current
    if (connection === null) throw new BrokerError(lastReason)
    const largest = connection.client.serverProperties?.maximumPacketSize
    const bytes = Buffer.byteLength(topic) + Buffer.byteLength(payload) + headerBytes
    if (largest !== undefined && bytes > largest)
      throw new BrokerError(`${bytes} bytes are more than the broker takes (${largest})`, packetTooLarge)
    const limit = timeLimit(timeoutMs, [signal, connection.gone])
    const acknowledged = new Promise<void>((resolve, reject) => {
      const giveUp = (): void =>
        reject(new BrokerError(limit.isOver() ? `no acknowledgement within ${timeoutMs} ms` : lastReason))
      if (limit.signal.aborted) return giveUp()
      limit.signal.addEventListener('abort', giveUp, { once: true })
      connection.client.publish(topic, payload, publishOptions, (error) => {
        if (error) reject(new BrokerError(error.message, reasonCodeOf(error)))
        else resolve()
      })
    })
    return await acknowledged.finally(() => limit.end())
  }

  const keeping = keep()

  return {
    publish,
    isConnected: () => current !== null,
    async close(lastWord) {
      if (current !== null) await lastWord(publish).catch(() => {}) // the will says the same, later
      stopping.abort()
      const client = current?.client
      if (client !== undefined) await new Promise<void>((resolve) => client.end(false, {}, () => resolve()))
      await keeping
    },
  }
}

/** Something to wait at until it is opened. */
function newGate() {
  const opened = new AbortController()
  setMaxListeners(0, opened.signal)
  return {
    open: () => opened.abort(),
    isOpen: () => opened.signal.aborted,
    /** Resolves when it is opened, the time is over, or the signal fires. */
    passed: (timeoutMs: number, signal: AbortSignal): Promise<void> =>
      waitAtMost(timeoutMs, [signal, opened.signal]),
  }
}

function reasonCodeOf(error: unknown): number | null {
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'number' ? code : null
}

/** Node gives several addresses' failures as one error without words. */
function reasonOf(error: Error): string {
  if (error.message !== '') return error.message
  return (error as NodeJS.ErrnoException).code ?? 'no connection'
}
