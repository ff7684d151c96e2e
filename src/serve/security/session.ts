/**
 * Sessions of the page: a cookie in place of the token, since event streams send no header of ours.
 *
 * It holds no secret: the id of a token, when it ends, and a signature by a key that this data folder alone has. A restart ends
 * none; taking a token out of its file ends all that were begun with it.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmod, readFile } from 'node:fs/promises'
import { InputError } from '../../errors.ts'
import { isSystemError, writeFileAtomic } from '../../files/atomic.ts'

export const sessionCookie = 'plumbline_session'
/** A shift and its handing over. */
export const sessionSeconds = 12 * 3600

export interface Sessions {
  /** @returns The cookie's value. */
  begin(tokenId: string, now: Date): string
  /** @returns The token's id; undefined where it is forged, or over. */
  check(value: string, now: Date): string | undefined
}

export function createSessions(key: Uint8Array): Sessions {
  const sign = (text: string): string => createHmac('sha256', key).update(text).digest('hex')
  return {
    begin(tokenId, now) {
      const text = `${tokenId}.${Math.floor(now.getTime() / 1000) + sessionSeconds}`
      return `${text}.${sign(text)}`
    },
    check(value, now) {
      const match = /^([0-9a-f]{16})\.(\d{1,12})\.([0-9a-f]{64})$/.exec(value)
      if (match === null) return
      const [, tokenId = '', end = '', signature = ''] = match
      const expected = Buffer.from(sign(`${tokenId}.${end}`))
      if (!timingSafeEqual(expected, Buffer.from(signature))) return
      return Number(end) * 1000 > now.getTime() ? tokenId : undefined
    },
  }
}

/** Made where there is none. @throws {InputError} It cannot be read or written, or is no key. */
export async function sessionKey(path: string): Promise<Uint8Array> {
  try {
    const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'hex')
    if (key.length === 32) return key
    throw new InputError(path, 'is no key of 64 hexadecimal digits: delete it, and the station makes another')
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error
    const key = randomBytes(32)
    await writeFileAtomic(path, `${key.toString('hex')}\n`)
    await chmod(path, 0o600)
    return key
  }
}

/** The value of one cookie of a `Cookie` header. */
export function findCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [key, ...value] = pair.trim().split('=')
    if (key === name) return value.join('=')
  }
  return
}
