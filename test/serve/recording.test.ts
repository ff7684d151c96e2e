/** Verdicts and their records: once however often they are asked for, and given even where they cannot be written down. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { StorageError } from '../../src/records/storage-error.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { greyPng, openGreyStation, type TestedStation } from './grey-station.ts'

const inspect = async (
  station: TestedStation,
  level: number,
  query = '',
  headers: Record<string, string> = {},
) => {
  const response = await station.app.inject({
    ...{ method: 'POST', url: `/v1/inspect${query}`, payload: await greyPng(level) },
    headers: { 'content-type': 'image/png', ...headers },
  })
  return { status: response.statusCode, ...response.json() }
}
const recorded = async (station: TestedStation, filter = {}) =>
  (await station.context.records.inspections.page({ filter, order: 'newest', limit: 500 })).inspections

describe('records', () => {
  it('hold what was answered', async () => {
    const station = await openGreyStation()
    const answer = await inspect(
      station,
      210,
      '?part=P1&lot=L&camera=C&capturedAt=2026-01-02T03:04:05%2B01:00',
    )
    expect(answer).toMatchObject({ status: 200, recorded: true, repeated: false })
    expect(await recorded(station)).toMatchObject([
      {
        ...{
          id: answer.id,
          outcome: 'anomalous',
          score: 210,
          part: 'P1',
          lot: 'L',
          camera: 'C',
          source: 'http',
        },
        ...{ capturedAt: '2026-01-02T02:04:05.000Z', thresholdStored: 150, thresholdUsed: 150, band: 100 },
        ...{
          kept: [{ picture: true, map: true, embedding: false }],
          model: { name: 'grey' },
          shadowOf: null,
        },
      },
    ])
    expect(await station.context.records.files.picture(answer.id, 0)).toEqual(await greyPng(210))
  })

  it('are one for one key, also when asked at the same time; the answer is the same', async () => {
    const station = await openGreyStation({ queue: 50 })
    const key = { 'idempotency-key': 'k1' }
    const answers = await Promise.all(Array.from({ length: 12 }, () => inspect(station, 120, '', key)))
    const later = await inspect(station, 120, '', key)
    expect(new Set([...answers, later].map(({ id }) => id)).size).toBe(1)
    expect([...answers, later].filter(({ repeated }) => !repeated)).toHaveLength(1)
    expect(later).toMatchObject({ verdict: 'review', score: 120, recorded: true, repeated: true })
    expect(await recorded(station)).toHaveLength(1)
  })

  it('are refused for a key of another picture', async () => {
    const station = await openGreyStation()
    await inspect(station, 120, '', { 'idempotency-key': 'k1' })
    expect(await inspect(station, 121, '', { 'idempotency-key': 'k1' })).toMatchObject({
      status: 409,
      code: 'KEY_USED',
    })
  })

  it('are one for the same picture, part and time without a key, and one each without those', async () => {
    const station = await openGreyStation()
    const query = '?part=P&capturedAt=2026-01-01T00:00:00Z'
    await inspect(station, 10, query)
    expect(await inspect(station, 10, query)).toMatchObject({ repeated: true })
    expect(await recorded(station)).toHaveLength(1)
    await inspect(station, 10, '?part=P')
    await inspect(station, 10, '?part=P')
    expect(await recorded(station)).toHaveLength(3)
  })

  it('hold what got no verdict, and the key of it stays free', async () => {
    const station = await openGreyStation()
    const key = { 'idempotency-key': 'again' }
    const bad = await station.app.inject({
      ...{ method: 'POST', url: '/v1/inspect', payload: Buffer.from('no picture') },
      headers: { 'content-type': 'image/png', ...key },
    })
    expect(bad.statusCode).toBe(422)
    await station.context.background.settled()
    const [first] = await recorded(station)
    expect(first).toMatchObject({ outcome: 'failed', score: null })
    expect(first?.reason).toContain('is no JPEG, PNG')
    expect(await inspect(station, 10, '', key)).toMatchObject({ status: 200, repeated: false })
  })

  it('that cannot be written do not hold up verdicts; readiness turns red, and green again', async () => {
    const station = await openGreyStation()
    const { inspections, upkeep } = station.context.records
    const full = new StorageError('records.db', 'full', 'no space is left')
    const { record, findRepeat } = inspections
    const { probe } = upkeep
    Object.assign(inspections, { record: () => Promise.reject(full), findRepeat: () => Promise.reject(full) })
    Object.assign(upkeep, { probe: () => Promise.reject(full) })
    expect(await inspect(station, 10)).toMatchObject({ status: 200, verdict: 'nominal', recorded: false })
    const ready = await station.app.inject('/health/ready')
    expect(ready.statusCode).toBe(503)
    expect(ready.json().checks).toContainEqual(
      expect.objectContaining({
        name: 'records',
        ok: false,
        detail: expect.stringContaining('no space is left'),
      }),
    )
    expect((await station.app.inject('/metrics')).body).toContain('plumbline_unrecorded_total 1')
    Object.assign(inspections, { record, findRepeat })
    Object.assign(upkeep, { probe })
    await station.context.recorder.retry()
    expect((await station.app.inject('/health/ready')).statusCode).toBe(200)
  })

  it('keep no picture where none is to be kept', async () => {
    const data = join(temporaryFolder(), 'data')
    const station = await openGreyStation({ data, keep: 'none', keepMaps: 'none' })
    await inspect(station, 210)
    const files = readdirSync(data, { recursive: true, encoding: 'utf8' })
    expect(files.filter((name) => /\.(png|jpg|npy)$|pictures\/.*\//.test(name))).toEqual([])
  })

  it('belong to one station: a second one is refused the folder, and gets it after the first', async () => {
    const data = join(temporaryFolder(), 'data')
    const first = await openGreyStation({ data })
    await expect(openGreyStation({ data })).rejects.toThrow('another station uses this folder')
    await first.close()
    await (await openGreyStation({ data })).close()
  })
})

describe('outputs', () => {
  it('are told every verdict and every part without one', async () => {
    const folder = temporaryFolder()
    const outputs = join(folder, 'outputs.json')
    writeFileSync(
      outputs,
      JSON.stringify({ outputs: [{ name: 'results', type: 'file', folder: 'results' }] }),
    )
    const station = await openGreyStation({ outputs })
    const { id } = await inspect(station, 210, '?part=P1')
    await station.app.inject({
      ...{ method: 'POST', url: '/v1/inspect', payload: Buffer.from('x') },
      headers: { 'content-type': 'image/png' },
    })
    const results = join(folder, 'results')
    const lines = (): string[] =>
      existsSync(results)
        ? readdirSync(results).flatMap((name) => readFileSync(join(results, name), 'utf8').trim().split('\n'))
        : []
    await expect.poll(() => lines().length, { timeout: 10_000 }).toBe(2)
    const text = lines().join()
    expect(text).toContain(id)
    expect(text).toContain('anomalous')
    expect(text).toContain('failed')
  })
})
