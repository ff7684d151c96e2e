/** `POST /v1/inspect`: what a line is answered, and that no answer can be taken for "good". */
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { inspectAnswerSchema } from '../../src/wire/serve/inspect.ts'
import { problemSchema } from '../../src/wire/serve/problem.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import {
  formOf,
  greyPixels,
  greyPng,
  openGreyStation,
  saveGreyModel,
  type TestedStation,
} from './grey-station.ts'

let station: TestedStation
beforeAll(async () => {
  station = await openGreyStation()
})

const png = { 'content-type': 'image/png' }
const ask = async (url: string, payload: Buffer, headers: Record<string, string> = png, at = station) => {
  const response = await at.app.inject({ method: 'POST', url, payload, headers })
  return { status: response.statusCode, headers: response.headers, json: response.json() }
}
const answer = async (...of: Parameters<typeof ask>) => {
  const { status, json } = await ask(...of)
  expect({ status, detail: json.detail }).toEqual({ status: 200, detail: undefined })
  return inspectAnswerSchema.parse(json)
}
const problem = async (...of: Parameters<typeof ask>) => {
  const { json, headers } = await ask(...of)
  expect(headers['content-type']).toContain('application/problem+json')
  expect(json).not.toHaveProperty('verdict')
  return problemSchema.parse(json)
}

describe('a verdict', () => {
  it.each([
    [40, 'nominal'],
    [100, 'review'],
    [149, 'review'],
    [150, 'anomalous'],
    [250, 'anomalous'],
  ])('of grey level %i is %s', async (level, verdict) => {
    const given = await answer('/v1/inspect', await greyPng(level))
    expect(given).toMatchObject({ verdict, score: level, threshold: 150, review: 100, storedThreshold: 150 })
  })

  it('names part, lot, camera, model and preparation', async () => {
    const headers = { ...png, 'x-part-id': 'P 7', 'x-lot': 'L1', 'x-camera': 'top' }
    const given = await answer('/v1/inspect', await greyPng(40), headers)
    expect(given).toMatchObject({ part: 'P 7', lot: 'L1', camera: 'top', model: { id: 'grey' } })
    expect(given.model.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(given.model.preparation).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each(['jpeg', 'png', 'tiff', 'webp'] as const)(
    'reads %s by its content, whatever it is called',
    async (format) => {
      const { data, width, height } = greyPixels(200)
      const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
        .toFormat(format)
        .toBuffer()
      const { verdict } = await answer('/v1/inspect', bytes, { 'content-type': 'application/octet-stream' })
      expect(verdict).toBe('anomalous')
    },
  )

  it('reads BMP', async () => {
    const bytes = Buffer.alloc(54 + 16 * 48, 200)
    bytes.write('BM', 0, 'latin1')
    for (const [at, value] of [
      [2, bytes.length],
      [6, 0],
      [10, 54],
      [14, 40],
      [18, 16],
      [22, 16],
      [30, 0],
      [34, 16 * 48],
      [38, 0],
      [42, 0],
      [46, 0],
      [50, 0],
    ] as const)
      bytes.writeUInt32LE(value, at)
    bytes.writeUInt16LE(1, 26)
    bytes.writeUInt16LE(24, 28)
    expect((await answer('/v1/inspect', bytes, { 'content-type': 'image/bmp' })).score).toBe(200)
  })

  it('by a threshold of the request has no review band, and says what the station would have used', async () => {
    const given = await answer('/v1/inspect?threshold=120', await greyPng(110))
    expect(given).toMatchObject({ verdict: 'nominal', threshold: 120, review: null, storedThreshold: 150 })
  })

  it('has regions in pixels of the photograph', async () => {
    const { regions } = await answer('/v1/inspect', await greyPng(210, 32, 16))
    expect(regions).toEqual([{ box: [0, 0, 32, 16], area: 512, peak: 210, mean: 210 }])
  })

  it('has the map as numbers and as colours, without padding', async () => {
    const numbers = (await answer('/v1/inspect?map=float32', await greyPng(90, 32, 16))).images[0]?.map
    expect(numbers).toMatchObject({ encoding: 'float32', width: 16, height: 8, low: 0, high: 255 })
    const bytes = Buffer.from(numbers?.data ?? '', 'base64')
    expect(bytes.length).toBe(4 * 16 * 8)
    expect(bytes.readFloatLE(0)).toBe(90)
    const colours = (await answer('/v1/inspect?map=png', await greyPng(90))).images[0]?.map
    const { width, height, format } = await sharp(Buffer.from(colours?.data ?? '', 'base64')).metadata()
    expect({ width, height, format }).toEqual({ width: 16, height: 16, format: 'png' })
  })
})

describe('several pictures of one part', () => {
  it('get one verdict by the rule of the card, here the highest score', async () => {
    const pictures = await Promise.all([30, 220, 110].map((level) => greyPng(level)))
    const { payload, headers } = formOf(
      pictures.map((bytes, i) => ({ filename: `${i}.png`, bytes })),
      { part: 'A', camera: 'side' },
    )
    const given = await answer('/v1/inspect', payload, headers)
    expect(given).toMatchObject({ verdict: 'anomalous', score: 220, part: 'A', camera: 'side' })
    expect(given.images.map(({ score }) => score)).toEqual([30, 220, 110])
    expect(given.regions).toEqual(given.images[1]?.regions)
  })

  it('by another rule: two votes', async () => {
    const folder = join(temporaryFolder(), 'votes')
    await saveGreyModel(folder, { partScore: 'votes:2' })
    const votes = await openGreyStation({ model: folder })
    const pictures = await Promise.all([220, 30, 120].map((level) => greyPng(level)))
    const { payload, headers } = formOf(pictures.map((bytes, i) => ({ filename: `${i}.png`, bytes })))
    expect(await answer('/v1/inspect', payload, headers, votes)).toMatchObject({
      verdict: 'review',
      score: 120,
    })
  })

  it('are judged whole or not at all', async () => {
    const { payload, headers } = formOf([
      { filename: 'a.png', bytes: await greyPng(20) },
      { filename: 'secret-customer.png', bytes: Buffer.from('no picture') },
    ])
    const given = await problem('/v1/inspect', payload, headers)
    expect(given).toMatchObject({ status: 422, code: 'INPUT' })
    expect(given.detail).toContain('picture 2')
    expect(given.detail).not.toContain('secret-customer')
  })

  it('are at most 32', async () => {
    const bytes = await greyPng(20)
    const { payload, headers } = formOf(Array.from({ length: 33 }, (_, i) => ({ filename: `${i}`, bytes })))
    expect(await problem('/v1/inspect', payload, headers)).toMatchObject({ status: 413 })
  })
})

describe('bad requests', () => {
  it.each([
    ['an unknown option', '/v1/inspect?treshold=3', 400],
    ['a threshold that is no number', '/v1/inspect?threshold=high', 400],
    ['an unknown map', '/v1/inspect?map=jpeg', 400],
    ['control characters in a label', '/v1/inspect?part=a%00b', 400],
    ['a label without end', `/v1/inspect?part=${'x'.repeat(201)}`, 400],
    ['a time without a zone', '/v1/inspect?capturedAt=2026-01-01T00:00:00', 400],
  ])('%s', async (_, url, status) => {
    expect((await problem(url, await greyPng(1))).status).toBe(status)
  })

  it('a field that is said twice, differently', async () => {
    const headers = { ...png, 'x-part-id': 'A' }
    expect((await problem('/v1/inspect?part=B', await greyPng(1), headers)).status).toBe(400)
  })

  it.each([
    ['no picture', Buffer.from('text'), 422],
    ['nothing', Buffer.alloc(0), 422],
    ['a truncated picture', null, 422],
  ])('%s', async (_, bytes, status) => {
    const payload = bytes ?? (await greyPng(9, 64, 64)).subarray(0, 60)
    expect((await problem('/v1/inspect', payload)).status).toBe(status)
  })

  it('content of another kind', async () => {
    expect((await problem('/v1/inspect', Buffer.from('x'), { 'content-type': 'video/mp4' })).status).toBe(415)
    expect(
      (await problem('/v1/inspect', Buffer.from('{}'), { 'content-type': 'application/json' })).status,
    ).toBe(400)
  })

  it('more bytes than the station takes, told by the head and by the body', async () => {
    const small = await openGreyStation({ maxBytes: 2048 })
    const noise = Buffer.alloc(5000, 1)
    expect((await problem('/v1/inspect', noise, png, small)).status).toBe(413)
    const { payload, headers } = formOf([{ filename: 'a', bytes: noise }])
    expect((await problem('/v1/inspect', payload, headers, small)).status).toBe(413)
  })

  it('more pixels than the station takes, before they are unpacked', async () => {
    const small = await openGreyStation({ maxPixels: 4096 })
    const bomb = await greyPng(0, 5000, 5000) // a few kilobytes
    expect(bomb.length).toBeLessThan(100_000)
    const given = await problem('/v1/inspect', bomb, png, small)
    expect(given.status).toBe(422)
    expect(given.detail).toContain('5000x5000')
  })
})

describe('no verdict is a state of its own', () => {
  it('no model', async () => {
    const empty = await openGreyStation({ models: temporaryFolder() })
    expect(await problem('/v1/inspect', await greyPng(1), png, empty)).toMatchObject({
      status: 503,
      state: 'no-model',
    })
    expect((await empty.app.inject('/health/ready')).statusCode).toBe(503)
  })

  it('no threshold, unless the request brings one', async () => {
    const folder = join(temporaryFolder(), 'bare')
    await saveGreyModel(folder, { threshold: null })
    const bare = await openGreyStation({ model: folder })
    expect(await problem('/v1/inspect', await greyPng(1), png, bare)).toMatchObject({
      status: 409,
      state: 'no-model',
    })
    expect(await answer('/v1/inspect?threshold=5', await greyPng(9), png, bare)).toMatchObject({
      verdict: 'anomalous',
      storedThreshold: null,
    })
  })

  it('a full line says so at once, with when to come again', async () => {
    const narrow = await openGreyStation({ queue: 1 })
    const leave = narrow.context.line.enter(1)
    const { status, json, headers } = await ask('/v1/inspect', await greyPng(1), png, narrow)
    leave()
    expect({ status, state: json.state }).toEqual({ status: 503, state: 'busy' })
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect((await ask('/v1/inspect', await greyPng(1), png, narrow)).status).toBe(200)
  })

  it('too late', async () => {
    const slow = await openGreyStation({ timeout: 50 })
    let done = (): void => {}
    const held = slow.context.turns.take(
      new AbortController().signal,
      () => new Promise<void>((resolve) => (done = resolve)),
    )
    expect(await problem('/v1/inspect', await greyPng(1), png, slow)).toMatchObject({
      status: 504,
      state: 'timeout',
    })
    done()
    await held
    expect((await ask('/v1/inspect', await greyPng(1), png, slow)).status).toBe(200)
    expect(slow.context.line.held).toBe(0)
  })
})

describe('the log', () => {
  it('has the id of the request, and nothing of what the client sent', async () => {
    const secret = 'customer-4711'
    const { payload, headers } = formOf([{ filename: `${secret}.png`, bytes: await greyPng(20) }], {
      part: secret,
    })
    const response = await station.app.inject({
      ...{ method: 'POST', url: `/v1/inspect?lot=${secret}`, payload },
      headers: { ...headers, 'x-camera': secret },
    })
    await station.app.inject(`/${secret}`)
    expect(response.statusCode).toBe(200)
    const lines = station.log.join('')
    expect(lines).toContain(response.headers['x-request-id'])
    expect(lines).not.toContain(secret)
  })
})
