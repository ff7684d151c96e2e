/** Who may do what: tokens and roles, sessions of the page, foreign pages, headers, rates, TLS. */
import { chmodSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src/errors.ts'
import { createSessions } from '../../src/serve/security/session.ts'
import { parseTokens } from '../../src/serve/security/tokens.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { greyPng, openGreyStation } from './grey-station.ts'

const tokens = {
  inspect: 'inspect-0123456789abcdef',
  review: 'review-0123456789abcdef',
  admin: 'admin-0123456789abcdef',
}
function tokenFile(): string {
  const path = join(temporaryFolder(), 'tokens')
  const lines = Object.entries(tokens).map(([role, token]) => `${role} ${token} ${role}-person`)
  writeFileSync(path, `# who\n\n${lines.join('\n')}\n`)
  chmodSync(path, 0o600)
  return path
}

describe('tokens', () => {
  it('give roles, each what those below it have', async () => {
    const station = await openGreyStation({ tokenFile: tokenFile() })
    const status = async (method: 'GET' | 'POST', url: string, token?: string) =>
      (
        await station.app.inject({
          ...{ method, url },
          headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        })
      ).statusCode
    const table: [string, 'GET' | 'POST', number[]][] = [
      // nobody, wrong, inspect, review, admin
      ['/health/ready', 'GET', [200, 200, 200, 200, 200]],
      ['/v1/models', 'GET', [401, 401, 200, 200, 200]],
      ['/v1/inspections', 'GET', [401, 401, 403, 200, 200]],
      ['/v1/models/none/activate', 'POST', [401, 401, 403, 403, 404]],
    ]
    for (const [url, method, expected] of table) {
      const got = []
      for (const token of [undefined, 'wrong-0123456789abcdef', tokens.inspect, tokens.review, tokens.admin])
        got.push(await status(method, url, token))
      expect([url, ...got]).toEqual([url, ...expected])
    }
    expect(station.log.join('')).not.toContain('0123456789abcdef')
  })

  it('are said wrong with every line that is, and never repeated', () => {
    const text =
      'inspect short\nboss abcdefabcdefabcdef\nadmin abcdefabcdefabcdef1\nreview abcdefabcdefabcdef1'
    let message = ''
    try {
      parseTokens(text, 'tokens')
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError)
      message = (error as Error).message
    }
    expect(message.split('\n').map((line) => line.slice(0, 14))).toEqual([
      'tokens: line 1',
      'tokens: line 2',
      'tokens: line 4',
    ])
    expect(message).not.toContain('abcdef')
    expect(() => parseTokens('# nothing', 'tokens')).toThrow('holds no token')
  })

  it('are required where other machines can ask', async () => {
    await expect(openGreyStation({ host: '0.0.0.0' })).rejects.toThrow('--token-file')
  })
})

describe('sessions', () => {
  it('take the place of a token, end, and cannot be forged', async () => {
    const station = await openGreyStation({ tokenFile: tokenFile() })
    const begin = (token: string) =>
      station.app.inject({ method: 'POST', url: '/v1/session', payload: { token } })
    expect((await begin('wrong-0123456789abcdef')).statusCode).toBe(401)
    const response = await begin(tokens.review)
    const header = String(response.headers['set-cookie'])
    expect(header).toMatch(/HttpOnly; SameSite=Strict/)
    const cookie = header.split(';')[0] ?? ''
    const who = (value: string) => station.app.inject({ url: '/v1/session', headers: { cookie: value } })
    expect((await who(cookie)).json()).toMatchObject({ name: 'review-person', role: 'review' })
    expect((await who(cookie.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).statusCode).toBe(401)
    expect((await who(`${cookie.split('=')[0]}=x`)).statusCode).toBe(401)
  })

  it('are over after twelve hours, and belong to one key', () => {
    const sessions = createSessions(new Uint8Array(32))
    const began = new Date('2026-01-01T00:00:00Z')
    const value = sessions.begin('0123456789abcdef', began)
    expect(sessions.check(value, new Date('2026-01-01T11:59:59Z'))).toBe('0123456789abcdef')
    expect(sessions.check(value, new Date('2026-01-01T12:00:01Z'))).toBeUndefined()
    expect(createSessions(new Uint8Array(32).fill(1)).check(value, began)).toBeUndefined()
  })

  it('may be begun ten times a minute', async () => {
    const station = await openGreyStation({ tokenFile: tokenFile() })
    const statuses = []
    for (let i = 0; i < 12; i++)
      statuses.push(
        (await station.app.inject({ method: 'POST', url: '/v1/session', payload: { token: 'x' } }))
          .statusCode,
      )
    expect(statuses.filter((status) => status === 401)).toHaveLength(10)
    expect(statuses.slice(10)).toEqual([429, 429])
  })
})

describe('pages of other addresses', () => {
  it.each([
    [{ host: 'evil.example' }, 403],
    [{ host: 'localhost.evil.example' }, 403],
    [{ host: '127.0.0.1:8480', origin: 'https://evil.example' }, 403],
    [{ host: '127.0.0.1:8480', origin: 'null' }, 403],
    [{ host: '127.0.0.1:8480', 'sec-fetch-site': 'cross-site' }, 403],
    [{ host: '127.0.0.1:8480', origin: 'http://127.0.0.1:8480' }, 404],
    [{ host: '[::1]:8480' }, 404],
    [{ host: 'localhost' }, 404],
  ])('%j: %i', async (headers, status) => {
    const station = await shared
    const response = await station.app.inject({ method: 'POST', url: '/v1/models/none/activate', headers })
    expect(response.statusCode).toBe(status)
  })
  const shared = openGreyStation()
})

describe('every answer', () => {
  it('has the headers that keep browsers in bounds, errors too', async () => {
    const station = await openGreyStation()
    for (const url of ['/health/live', '/nowhere', '/docs', '/v1/inspections?x=1']) {
      const { headers } = await station.app.inject(url)
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
      expect(headers['cache-control']).toBe('no-store')
    }
  })

  it('is refused above the rate', async () => {
    const station = await openGreyStation({ rate: 3 })
    const statuses = []
    for (let i = 0; i < 5; i++) statuses.push((await station.app.inject('/health/live')).statusCode)
    expect(statuses).toEqual([200, 200, 200, 429, 429])
  })

  it('of the document lists every route that there is', async () => {
    const station = await openGreyStation()
    const { paths } = (await station.app.inject('/openapi.json')).json()
    const routes = [
      '/v1/inspect',
      '/v1/inspections/{id}/corrections',
      '/v1/models/{id}/activate',
      '/v1/events',
    ]
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(routes))
    const { parameters, requestBody, responses } = paths['/v1/inspect'].post
    expect(parameters.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['part', 'map', 'idempotency-key']),
    )
    expect(Object.keys(requestBody.content)).toEqual(
      expect.arrayContaining(['image/jpeg', 'multipart/form-data']),
    )
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '503', '504']))
  })
})

describe('events', () => {
  it('are told as they happen, and again to who was cut off', async () => {
    const station = await openGreyStation()
    const listen = (headers: Record<string, string>, enough: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const request = get(`${station.address}/v1/events?kinds=inspection`, { headers }, (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk) => {
            text += chunk
            if (!text.includes(enough)) return
            request.destroy()
            resolve(text)
          })
        })
        request.on('error', (error: NodeJS.ErrnoException) => error.code !== 'ECONNRESET' && reject(error))
      })
    const live = listen({}, '"kind":"inspection"')
    const payload = await greyPng(120)
    const headers = { 'content-type': 'image/png' }
    const judge = () => station.app.inject({ method: 'POST', url: '/v1/inspect', payload, headers })
    const timer = setInterval(() => void judge(), 100) // until the stream has begun
    const text = await live
    clearInterval(timer)
    const data = JSON.parse(/data: (.*)/.exec(text)?.[1] ?? '{}')
    expect(data).toMatchObject({ kind: 'inspection', inspection: { outcome: 'review', score: 120 } })
    const missed = await listen({ 'last-event-id': '0' }, 'id: 1\n')
    expect(missed).toContain('"kind":"inspection"')
    expect(await listen({ 'last-event-id': '999999' }, 'gap')).toContain('{"kind":"gap"}')
  })
})
