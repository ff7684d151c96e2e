/** Each result as a signed POST of JSON. Bad answers say whether to come again: see {@link judgeAnswer}. */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Delivery, Output, OutputState, Timepiece, TlsFiles, Told } from '../contract.ts'
import { resultDocument } from '../message.ts'
import { redacted } from '../redacted.ts'
import { type PostAnswer, post } from './post.ts'
import { signatureHeaders } from './sign.ts'

export interface WebhookSettings {
  readonly url: URL
  /** The first signs, and so do the others: for the time in which a key is exchanged. */
  readonly keys: readonly Uint8Array[]
  /** Sent as `Authorization: Bearer`; null without one. */
  readonly bearer: string | null
  readonly timeoutMs: number
  readonly concurrency: number
  readonly tls: TlsFiles
  readonly station: string
}

export function openWebhook(settings: WebhookSettings, timepiece: Timepiece): Output {
  const { url, keys, bearer, timeoutMs, concurrency, station } = settings
  const secrets = [...(bearer === null ? [] : [bearer]), ...[...url.searchParams.values()].filter(Boolean)]
  const agent = openAgent(settings)
  let state: OutputState = 'starting'

  async function send(method: 'POST' | 'HEAD', body: string, id: string, signal: AbortSignal) {
    const seconds = Math.floor(timepiece.now() / 1000)
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'plumbline',
      ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      ...(method === 'POST' ? signatureHeaders(id, seconds, body, keys) : {}),
    }
    return await post({ url, method, headers, body, timeoutMs, agent }, signal)
  }

  async function deliver(told: Told, signal: AbortSignal): Promise<Delivery> {
    try {
      const answer = await send('POST', resultDocument(told, station), webhookId(told), signal)
      const delivery = judgeAnswer(answer)
      state = delivery.as === 'later' ? 'down' : 'up'
      return 'reason' in delivery ? { ...delivery, reason: redacted(delivery.reason, secrets) } : delivery
    } catch (error) {
      state = 'down'
      return { as: 'later', reason: redacted((error as Error).message, secrets) }
    }
  }

  return {
    concurrency,
    deliver,
    async probe(signal) {
      try {
        const { status } = await send('HEAD', '', 'probe', signal)
        const warning = url.protocol === 'http:' ? '; not encrypted: the network can read along' : ''
        return { ok: true, words: `${url.host} answers (status ${status} to HEAD)${warning}` }
      } catch (error) {
        return { ok: false, words: `${url.host}: ${redacted((error as Error).message, secrets)}` }
      }
    },
    state: () => state,
    async close() {
      agent.destroy()
    },
  }
}

/** Id of a message: the same in every retry, so that a receiver can tell that it has it already. */
function webhookId({ message }: Told): string {
  return `inspection_${message.inspection}`
}

/** Faults of the message itself; any other answer may be another one tomorrow. */
const neverTaken = [400, 410, 413, 415, 422]
/** What a place may ask for with `Retry-After` at most, milliseconds. */
const longestRetryAfterMs = 300_000

/** 2xx is delivered; 400, 410, 413, 415 and 422 are refusals of this message; whatever else, redirections too, is tried again. */
export function judgeAnswer({ status, headers, text }: PostAnswer): Delivery {
  if (status >= 200 && status < 300) return { as: 'delivered' }
  const said = text.trim() === '' ? '' : `: ${text.trim().slice(0, 200)}`
  if (neverTaken.includes(status)) return { as: 'refused', reason: `status ${status}${said}` }
  if (status >= 300 && status < 400)
    return { as: 'later', reason: `status ${status}: redirections are not followed, configure the final URL` }
  const seconds = /^\d{1,6}$/.test(String(headers['retry-after'] ?? '')) ? Number(headers['retry-after']) : 0
  const reason = `status ${status}${said}`
  if (seconds === 0) return { as: 'later', reason }
  return { as: 'later', reason, afterMs: Math.min(seconds * 1000, longestRetryAfterMs) }
}

function openAgent({ url, tls, concurrency }: WebhookSettings): HttpAgent | HttpsAgent {
  const common = { keepAlive: true, maxSockets: concurrency }
  if (url.protocol === 'http:') return new HttpAgent(common)
  return new HttpsAgent({ ...common, ...tls, minVersion: 'TLSv1.2' })
}
