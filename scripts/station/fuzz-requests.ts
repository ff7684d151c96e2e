/**
 * Requests that no honest client sends, made from a seed: truncated, oversized, of a wrong type, with tricks in paths and headers, pictures
 * that unpack to more than they are, clients that stop in the middle. What matters is what the station is like afterwards.
 */
import { connect } from 'node:net'
import { crc32, deflateSync } from 'node:zlib'
import type { Random } from '../../src/math/random.ts'

export interface FuzzRequest {
  readonly kind: string
  /** Bytes on the wire. */
  readonly bytes: Buffer
  /** The client goes on sending nothing; else it waits for the answer. */
  readonly stalls?: true
  /** Statuses that are right. */
  readonly allowed: readonly number[]
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)] as T

const head = (line: string, headers: readonly string[]): string =>
  `${line}\r\nhost: 127.0.0.1\r\nconnection: close\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`

const post = (url: string, body: Buffer, type: string, more: readonly string[] = []): Buffer =>
  Buffer.concat([
    Buffer.from(
      head(`POST ${url} HTTP/1.1`, [`content-type: ${type}`, `content-length: ${body.length}`, ...more]),
      'latin1',
    ),
    body,
  ])

const noise = (random: Random, length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, () => random.integer(256)))

/** A PNG that says it is of so many pixels, and holds as many, or none. */
export function bomb(width: number, height: number, isWhole: boolean): Buffer {
  const chunk = (name: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const size = Buffer.alloc(13)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  size.set([8, 0, 0, 0, 0], 8)
  const pixels = isWhole ? deflateSync(Buffer.alloc((width + 1) * height)) : Buffer.from([0x78, 0x9c])
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', size),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const refusals = [400, 403, 404, 405, 408, 409, 411, 413, 414, 415, 417, 422, 429, 431, 501, 503, 505]

const makers: Readonly<Record<string, (random: Random, picture: Buffer) => Omit<FuzzRequest, 'kind'>>> = {
  truncated: (random, picture) => ({
    bytes: post('/v1/inspect', picture.subarray(0, random.integer(picture.length)), 'image/png'),
    allowed: [200, ...refusals], // all pixels may stand before the end of the file
  }),
  damaged(random, picture) {
    const bytes = Buffer.from(picture)
    for (let i = 0; i < 1 + random.integer(20); i++) bytes[random.integer(bytes.length)] = random.integer(256)
    return { bytes: post('/v1/inspect', bytes, 'image/png'), allowed: [200, ...refusals] }
  },
  noise: (random) => ({
    bytes: post(
      '/v1/inspect',
      noise(random, random.integer(3000)),
      pick(random, ['image/png', 'image/jpeg', 'application/octet-stream']),
    ),
    allowed: refusals,
  }),
  bomb: (random) => ({
    bytes: post(
      '/v1/inspect',
      bomb(pick(random, [1, 9000, 60_000, 0x7fffffff]), pick(random, [9000, 60_000, 0xffffffff]), false),
      'image/png',
    ),
    allowed: refusals,
  }),
  'whole bomb': () => ({
    bytes: post('/v1/inspect', bomb(9000, 9000, true), 'image/png'),
    allowed: refusals,
  }),
  'wrong type': (random, picture) => ({
    bytes: post(
      '/v1/inspect',
      picture,
      pick(random, [
        'text/html',
        'application/xml',
        'x',
        'image/svg+xml',
        'multipart/form-data',
        'application/json',
      ]),
    ),
    allowed: refusals,
  }),
  'broken form'(random, picture) {
    const form = Buffer.from(
      `--b\r\ncontent-disposition: form-data; name="image"; filename="../../etc/passwd"\r\n\r\n`,
    )
    const whole = Buffer.concat([form, picture, Buffer.from('\r\n--b--\r\n')])
    const body = whole.subarray(0, random.integer(whole.length))
    return { bytes: post('/v1/inspect', body, 'multipart/form-data; boundary=b'), allowed: refusals }
  },
  'form of many'(random) {
    const count = 40 + random.integer(200)
    const field = (i: number) => `--b\r\ncontent-disposition: form-data; name="f${i}"\r\n\r\nx\r\n`
    const body = Buffer.from(`${Array.from({ length: count }, (_, i) => field(i)).join('')}--b--\r\n`)
    return { bytes: post('/v1/inspect', body, 'multipart/form-data; boundary=b'), allowed: refusals }
  },
  'field tricks': (random, picture) => ({
    bytes: post(
      `/v1/inspect?${pick(random, ['__proto__=1', 'part=%00', 'part=', 'threshold=NaN', 'threshold=1e999', 'map=../../x', 'constructor=1', 'part[]=a', `part=${'x'.repeat(5000)}`, 'part=a&part=b', '%E0%A4%A'])}`,
      picture,
      'image/png',
    ),
    allowed: refusals,
  }),
  'path tricks': (random) => ({
    bytes: Buffer.from(
      head(
        `GET ${pick(random, ['/../../../etc/passwd', '/v1/runs/..%2f..%2fetc/report', '/v1/runs/x/maps/..%2f..%2f..%2fetc%2fpasswd', '/v1/inspections/%00', '//evil.example/v1', '/assets/../../package.json', '/v1/masks/../../../etc/passwd', `/${'a'.repeat(9000)}`, '/v1/inspections/aaaa/images/-1/picture', '/%c0%ae%c0%ae/'])} HTTP/1.1`,
        [],
      ),
    ),
    allowed: refusals,
  }),
  'header tricks': (random, picture) => ({
    bytes: post('/v1/inspect', picture, 'image/png', [
      pick(random, [
        'host: evil.example',
        'origin: https://evil.example',
        'content-length: 5',
        'transfer-encoding: chunked',
        'transfer-encoding: gzip, chunked',
        'content-encoding: gzip',
        `x-part-id: ${'y'.repeat(20_000)}`,
        'x-part-id: a\u0001b',
        'idempotency-key: ',
        'expect: 200-ok',
        'x-person: \u0000',
        'upgrade: websocket',
        'range: bytes=0-1',
      ]),
    ]),
    allowed: [200, ...refusals],
  }),
  'no HTTP': (random) => ({
    bytes: Buffer.concat([noise(random, 1 + random.integer(400)), Buffer.from('\r\n\r\n')]),
    allowed: refusals,
  }),
  'body of JSON': (random) => ({
    bytes: post(
      pick(random, [
        '/v1/proposals',
        '/v1/review/rules',
        '/v1/purge',
        '/v1/jobs',
        '/v1/session',
        '/v1/manifests',
      ]),
      Buffer.from(
        pick(random, [
          '{',
          '[]',
          'null',
          '{"__proto__":{"x":1}}',
          '{"filter":{}}',
          `{"name":"${'../'.repeat(50)}"}`,
          '1e400',
          '"x"',
          '{"kind":"train","dataset":"../..","name":"x"}',
          `[${'['.repeat(2000)}${']'.repeat(2000)}]`,
        ]),
      ),
      'application/json',
    ),
    allowed: refusals,
  }),
  stalling: (random, picture) => ({
    bytes: post('/v1/inspect', picture, 'image/png').subarray(0, 20 + random.integer(200)),
    ...{ stalls: true, allowed: refusals },
  }),
  'promises more': (random, picture) => ({
    bytes: Buffer.concat([
      Buffer.from(
        head('POST /v1/inspect HTTP/1.1', [
          'content-type: image/png',
          `content-length: ${pick(random, ['99999999999', '1000000', '-1', '0x10', '1,2'])}`,
        ]),
      ),
      picture,
    ]),
    ...{ stalls: true, allowed: refusals },
  }),
}

export const kinds = Object.keys(makers)

/** @param picture - A PNG that would be judged. */
export function fuzzRequest(random: Random, picture: Buffer): FuzzRequest {
  // A whole bomb costs time to make: seldom.
  const usual = kinds.filter((kind) => kind !== 'whole bomb')
  const kind = random.uniform() < 0.004 ? 'whole bomb' : pick(random, usual)
  return { kind, ...(makers[kind] as (typeof makers)[string])(random, picture) }
}

/** @returns The status; null where the connection was closed without one. */
export function send(
  port: number,
  { bytes, stalls }: FuzzRequest,
  patienceMs: number,
): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    const timer = setTimeout(
      () => {
        socket.destroy()
        if (stalls) resolve(null)
        else reject(new Error(`no answer within ${patienceMs} ms`))
      },
      stalls ? 150 : patienceMs,
    )
    socket.on('data', (data) => {
      text += data.toString('latin1')
    })
    socket.on('error', () => {}) // the station may close at once; the end is told by 'close'
    socket.on('close', () => {
      clearTimeout(timer)
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]
      resolve(status === undefined ? null : Number(status))
    })
    socket.write(bytes)
  })
}
