/**
 * Results and state on an MQTT broker: `TOPIC/result`, acknowledged (QoS 1) and not retained, because an old result is not this
 * part's; `TOPIC/state`, retained, with a last will that says that the station is gone.
 */
import { randomBytes } from 'node:crypto'
import type { IClientOptions } from 'mqtt'
import type { Delivery, Output, TlsFiles, Told } from '../contract.ts'
import { loadPackage } from '../load-package.ts'
import { resultDocument } from '../message.ts'
import { redacted } from '../redacted.ts'
import type { StationState } from '../station-state.ts'
import {
  type BrokerConnection,
  BrokerError,
  type BrokerTools,
  keepConnected,
  packetTooLarge,
} from './connection.ts'
import { offlineState, shownOnTopic } from './state-document.ts'

export interface MqttSettings {
  /** `mqtt://` or `mqtts://`. */
  readonly url: string
  readonly topic: string
  readonly version: '5' | '3.1.1'
  /** Null: one of our own making. */
  readonly clientId: string | null
  readonly username: string | null
  readonly password: string | null
  readonly timeoutMs: number
  readonly tls: TlsFiles
  readonly station: string
}

export type MqttTools = Pick<BrokerTools, 'timepiece' | 'random' | 'backOff'>

/** Packets of a broker that says nothing of it may be lost within: Mosquitto's default is 20 (MQTT 5, 3.3.4). */
const inFlight = 16
const keepaliveSeconds = 15
/** "Packet too large" and "payload format invalid": of this message, for ever (MQTT 5, 2.4). */
const neverTaken = [packetTooLarge, 0x99]

/** @param at - Key for messages, `outputs[1]`. @throws {UsageError} The package is not installed. */
export async function openMqtt(settings: MqttSettings, at: string, tools: MqttTools): Promise<Output> {
  const { url, topic, timeoutMs, station, password } = settings
  const { connect } = await loadPackage('mqtt', at, () => import('mqtt'))
  const never = new AbortController().signal
  const secrets = password === null ? [] : [password]
  const stateTopic = `${topic}/state`
  const retained = { qos: 1, retain: true } as const
  let shown: string | null = null
  let onBroker: string | null = null
  let isShowing = false

  const will = {
    topic: stateTopic,
    payload: Buffer.from(offlineState(station, 'connection lost')),
    ...retained,
  }
  let kept: BrokerConnection | null = null

  /** Connects when there is something to say: whoever only probes leaves no will. */
  function connected(): BrokerConnection {
    kept ??= keepConnected(
      url,
      { ...connectOptions(settings), will },
      {
        ...tools,
        connect,
        timeoutMs,
        connected() {
          onBroker = null
          void showLatest()
        },
      },
    )
    return kept
  }

  /** One at a time, so that the last that arrives is the last that was shown; what changed meanwhile is skipped. */
  async function showLatest(): Promise<void> {
    if (isShowing) return
    isShowing = true
    try {
      while (shown !== null && shown !== onBroker && connected().isConnected()) {
        const document = shown
        await connected().publish(stateTopic, document, retained, never)
        onBroker = document
      }
    } catch {
      // the connection is gone or the broker will not have it: shown again with the next connection or change
    } finally {
      isShowing = false
    }
  }

  async function deliver(told: Told, signal: AbortSignal): Promise<Delivery> {
    try {
      await connected().publish(`${topic}/result`, resultDocument(told, station), { qos: 1 }, signal)
      return { as: 'delivered' }
    } catch (error) {
      const { message, reasonCode } = error as BrokerError
      const reason = redacted(message, secrets)
      return { as: reasonCode !== null && neverTaken.includes(reasonCode) ? 'refused' : 'later', reason }
    }
  }

  return {
    concurrency: inFlight,
    deliver,
    show(state: StationState) {
      shown = shownOnTopic(state, station)
      void showLatest()
    },
    async probe(signal) {
      const probing = keepConnected(url, connectOptions({ ...settings, clientId: null }), {
        ...tools,
        connect,
        timeoutMs,
        connected() {},
      })
      try {
        await probing.publish(`${topic}/probe`, '', { qos: 1 }, signal)
        return { ok: true, words: `${new URL(url).host} takes messages on ${topic}` }
      } catch (error) {
        const reason = error instanceof BrokerError ? error.message : String(error)
        return { ok: false, words: `${new URL(url).host}: ${redacted(reason, secrets)}` }
      } finally {
        await probing.close(async () => {})
      }
    },
    state: () => (kept === null ? 'starting' : kept.isConnected() ? 'up' : 'down'),
    async close() {
      await kept?.close((publish) => publish(stateTopic, offlineState(station, 'stopped'), retained, never))
    },
  }
}

function connectOptions({ version, clientId, username, password, tls }: MqttSettings): IClientOptions {
  return {
    protocolVersion: version === '5' ? 5 : 4,
    clientId: clientId ?? `plumbline-${randomBytes(6).toString('hex')}`,
    keepalive: keepaliveSeconds,
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...tls,
    rejectUnauthorized: true,
  }
}
