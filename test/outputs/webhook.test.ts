import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { readKey, signatureHeaders } from '../../src/outputs/webhook/sign.ts'
import { judgeAnswer } from '../../src/outputs/webhook/webhook.ts'
import { sampleJudged } from './sample-judged.ts'
import { type SetUp, setUpOutputs, until } from './set-up-outputs.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const otherSecret = Buffer.alloc(32, 7).toString('base64')
const environment = { SECRET: secret, OTHER: otherSecret, TOKEN: 'tok-123' }

interface Came {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const opened: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

/** A receiver; `answer` is asked for every request. */
async function receiver(answer: (response: ServerResponse, came: readonly Came[]) => void, port = 0) {
  const came: Came[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      came.push({ headers: request.headers, body })
      answer(response, came)
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  opened.push(close)
  const bound = (server.address() as AddressInfo).port
  return { came, close, port: bound, url: `http://127.0.0.1:${bound}/hook` }
}

async function setUp(url: string, changes: Readonly<Record<string, unknown>> = {}): Promise<SetUp> {
  const webhook = { type: 'webhook', name: 'mes', url, secret: { env: 'SECRET' }, ...changes }
  const made = await setUpOutputs({ station: 'line 3', outputs: [webhook] }, environment)
  opened.push(() => made.outputs.close(0))
  return made
}

const ok = (response: ServerResponse): void => void response.writeHead(204).end()
const statesOf = ({ outbox }: SetUp): string[] => outbox.all.map(({ state }) => state)

describe('the signature', () => {
  it('is that of Standard Webhooks', () => {
    // Example of the standard's reference libraries (github.com/standard-webhooks/standard-webhooks).
    const key = readKey(secret)!
    const headers = signatureHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}', [
      key,
    ])
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  it.each([
    ['24 bytes', Buffer.alloc(24).toString('base64'), 24],
    ['64 bytes, prefixed', `whsec_${Buffer.alloc(64).toString('base64')}`, 64],
    ['without padding', Buffer.alloc(32, 1).toString('base64').replace(/=/g, ''), 32],
    ['23 bytes', Buffer.alloc(23).toString('base64'), undefined],
    ['65 bytes', Buffer.alloc(65).toString('base64'), undefined],
    ['a pass phrase', 'correct horse battery staple and more', undefined],
    ['nothing', '', undefined],
  ])('takes keys of 24 to 64 bytes: %s', (_, text, bytes) => {
    expect(readKey(text)?.length).toBe(bytes)
  })
})

describe('an answer', () => {
  const answer = (status: number, headers = {}, text = '') => judgeAnswer({ status, headers, text })
  it.each([200, 201, 202, 204])('%d is delivered', (status) => {
    expect(answer(status)).toEqual({ as: 'delivered' })
  })
  it.each([400, 410, 413, 415, 422])('%d refuses this message for good', (status) => {
    expect(answer(status, {}, 'why')).toEqual({ as: 'refused', reason: `status ${status}: why` })
  })
  it.each([401, 403, 404, 408, 425, 429, 500, 502, 503, 504, 0])('%d may be another one later', (status) => {
    expect(answer(status).as).toBe('later')
  })
  it.each([301, 302, 307, 308])('%d is not followed', (status) => {
    expect(answer(status)).toMatchObject({ as: 'later', reason: expect.stringContaining('final URL') })
  })
  it('is believed about how long to wait, up to five minutes', () => {
    expect(answer(503, { 'retry-after': '7' })).toMatchObject({ afterMs: 7000 })
    expect(answer(503, { 'retry-after': '99999' })).toMatchObject({ afterMs: 300_000 })
    expect(answer(503, { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' })).not.toHaveProperty('afterMs')
  })
})

describe('a webhook', () => {
  it('is told each result once, signed, with what to do', async () => {
    const { came, url } = await receiver(ok)
    const made = await setUp(url, { bearer: { env: 'TOKEN' }, secret: [{ env: 'SECRET' }, { env: 'OTHER' }] })
    made.put(
      sampleJudged(1),
      sampleJudged(2, { outcome: 'nominal' }),
      sampleJudged(3, { outcome: 'busy', score: null }),
    )
    await until(() => statesOf(made).every((state) => state === 'delivered'))
    expect(came).toHaveLength(3)
    const bodies = came
      .map(({ body }) => JSON.parse(body))
      .sort((a, b) => a.inspection.localeCompare(b.inspection))
    expect(bodies[0]).toMatchObject({
      type: 'inspection',
      station: 'line 3',
      version: 1,
      inspection: sampleJudged(1).id,
      outcome: 'anomalous',
      part: 'P-1',
      threshold: 2,
      recorded: true,
      signal: { resultValid: true, resultOk: false, action: 'reject' },
    })
    expect(bodies[1].signal).toEqual({ resultValid: true, resultOk: true, action: 'pass' })
    expect(bodies[2].signal).toEqual({ resultValid: false, resultOk: false, action: 'reject' })
    for (const { headers, body } of came) {
      const id = `inspection_${JSON.parse(body).inspection}`
      const keys = [readKey(secret)!, readKey(otherSecret)!]
      const seconds = Number(headers['webhook-timestamp'])
      expect(headers).toMatchObject({
        ...signatureHeaders(id, seconds, body, keys),
        authorization: 'Bearer tok-123',
      })
      expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(60)
    }
  })

  it('sends the same id again after a failure, and a signature of its own time', async () => {
    const { came, url } = await receiver(
      (response, all) => void response.writeHead(all.length < 3 ? 500 : 200).end(),
    )
    const made = await setUp(url)
    made.put(sampleJudged(1))
    await until(() => statesOf(made)[0] === 'delivered')
    expect(new Set(came.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(came).toHaveLength(3)
    expect(made.outbox.all[0]).toMatchObject({ attempts: 2, lastError: 'status 500' })
  })

  it('outlives a place that is not there, and one that goes and comes back', async () => {
    const first = await receiver(ok)
    await first.close()
    const made = await setUp(first.url)
    made.put(...Array.from({ length: 20 }, (_, i) => sampleJudged(i + 1)))
    await until(async () => (await made.outputs.figures())[0]!.breaker !== 'closed')
    expect((await made.outputs.figures())[0]).toMatchObject({ state: 'down', waiting: 20 })
    const second = await receiver(ok, first.port)
    await until(() => statesOf(made).every((state) => state === 'delivered'))
    await second.close()
    made.put(...Array.from({ length: 20 }, (_, i) => sampleJudged(i + 21)))
    await until(async () => (await made.outputs.figures())[0]!.breaker !== 'closed')
    const third = await receiver(ok, first.port)
    await until(() => statesOf(made).every((state) => state === 'delivered'))
    const ids = new Set([...second.came, ...third.came].map(({ body }) => JSON.parse(body).inspection))
    expect(ids.size).toBe(40)
    expect(made.events.map((event) => event.kind === 'state' && event.state)).toEqual([
      'down',
      'up',
      'down',
      'up',
    ])
  })

  it('waits no longer than its limit for an answer', async () => {
    const { came, url } = await receiver((response, all) => {
      if (all.length > 1) ok(response)
    })
    const made = await setUp(url, { timeoutMs: 100 })
    made.put(sampleJudged(1))
    await until(() => statesOf(made)[0] === 'delivered')
    expect(came).toHaveLength(2)
    expect(made.outbox.all[0]!.lastError).toBe('no answer within 100 ms')
  })

  it('reads only the beginning of a long answer, and keeps secrets out of reasons', async () => {
    const { url } = await receiver((response) => {
      response.writeHead(422)
      response.write('you sent tok-123 and k3y ')
      response.end('x'.repeat(5_000_000))
    })
    const made = await setUp(`${url}?key=k3y`, { bearer: { env: 'TOKEN' } })
    made.put(sampleJudged(1))
    await until(() => statesOf(made)[0] === 'dead')
    const reason = made.outbox.all[0]!.lastError!
    expect(reason).toMatch(/^status 422: you sent \*\*\* and \*\*\* x+$/)
    expect(reason.length).toBeLessThan(300)
    expect(JSON.stringify(made.events)).not.toMatch(/tok-123|k3y/)
  })

  it('is told what it asked for, and nothing of a model in shadow', async () => {
    const { came, url } = await receiver(ok)
    const made = await setUp(url, { only: ['anomalous', 'timeout'] })
    made.put(
      sampleJudged(1, { outcome: 'nominal' }),
      sampleJudged(2, { outcome: 'timeout' }),
      sampleJudged(3, { shadowOf: sampleJudged(2).id }),
      sampleJudged(4),
    )
    await until(() => came.length === 2)
    expect(made.outbox.all.map(({ inspection }) => inspection)).toEqual([
      sampleJudged(2).id,
      sampleJudged(4).id,
    ])
  })

  it('is told a result without a record, and that it has none', async () => {
    const { came, url } = await receiver(ok)
    const made = await setUp(url)
    made.outputs.tellUnrecorded(sampleJudged(1))
    await until(async () => (await made.outputs.figures())[0]!.toldOnce === 1)
    expect(JSON.parse(came[0]!.body)).toMatchObject({ recorded: false, inspection: sampleJudged(1).id })
  })

  it('is told of a part that was turned away unseen, which is never a good one', async () => {
    const { came, url } = await receiver(ok)
    const made = await setUp(url, { only: ['busy'] })
    const { id, lot, camera } = sampleJudged(1)
    const part = { id, time: new Date(), reason: 'the line is full', part: 'P-9', lot, camera }
    made.outputs.tellTurnedAway({ ...part, outcome: 'busy' })
    made.outputs.tellTurnedAway({ ...part, outcome: 'timeout' })
    await until(async () => (await made.outputs.figures())[0]!.toldOnce === 1)
    expect(JSON.parse(came[0]!.body)).toMatchObject({
      ...{ outcome: 'busy', part: 'P-9', recorded: false, score: null },
      signal: { resultValid: false, resultOk: false, action: 'reject' },
    })
    expect(came).toHaveLength(1)
  })
})
