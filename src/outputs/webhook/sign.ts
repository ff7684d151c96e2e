/**
 * Signature of a webhook, after Standard Webhooks 1.0 (standardwebhooks.com), for which every language has a library.
 *
 * Signed is `id.timestamp.body` with HMAC-SHA256. A receiver refuses timestamps more than five minutes off, and remembers the ids of
 * that time: what is caught on the way and sent again then does nothing.
 */
import { createHmac } from 'node:crypto'

/** Bytes of a key: 24 to 64, as the standard asks for. */
export const leastKeyBytes = 24
export const mostKeyBytes = 64

/** @returns undefined where it is no key: base64 of 24 to 64 bytes, with or without `whsec_` in front. */
export function readKey(secret: string): Uint8Array | undefined {
  const base64 = secret.replace(/^whsec_/, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return
  const key = Buffer.from(base64, 'base64')
  if (key.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, '')) return
  return key.length < leastKeyBytes || key.length > mostKeyBytes ? undefined : key
}

/**
 * @param id - The same in every retry of a message.
 * @param seconds - Of this attempt, since 1970, whole.
 * @returns The headers that carry the signature.
 */
export function signatureHeaders(
  id: string,
  seconds: number,
  body: string,
  keys: readonly Uint8Array[],
): Readonly<Record<string, string>> {
  const signed = `${id}.${seconds}.${body}`
  const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  }
}
