/** What people see and do at the station: records, pictures, corrections, claims, thresholds, audit, exports, deletion. */
import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { servedInspectionSchema, servedPageSchema } from '../../src/wire/serve/records.ts'
import { scoredPartSchema } from '../../src/wire/station/scored-part.ts'
import { greyPng, openGreyStation, type TestedStation } from './grey-station.ts'

let station: TestedStation
const ids: string[] = []
const ask = async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, person = 'anna') => {
  const response = await station.app.inject({
    ...{ method, url, headers: { 'x-person': person } },
    ...(payload !== undefined && { payload }),
  })
  const isJson = String(response.headers['content-type']).includes('json')
  return { status: response.statusCode, json: isJson ? response.json() : null, response }
}
const judge = async (level: number, query = '') => {
  const payload = await greyPng(level, 64, 32)
  const headers = { 'content-type': 'image/png' }
  const response = await station.app.inject({ method: 'POST', url: `/v1/inspect${query}`, payload, headers })
  return response.json().id as string
}
beforeAll(async () => {
  station = await openGreyStation({ keep: 'all', keepMaps: 'all' })
  ids.push(await judge(40, '?lot=A'), await judge(120, '?lot=A'), await judge(220, '?lot=B'))
})

describe('inspections', () => {
  it('come by page, filter and order', async () => {
    const first = servedPageSchema.parse((await ask('GET', '/v1/inspections?limit=2')).json)
    expect(first.inspections.map(({ score }) => score)).toEqual([220, 120])
    const second = await ask('GET', `/v1/inspections?limit=2&after=${encodeURIComponent(first.next ?? '')}`)
    expect(second.json.inspections.map(({ score }: { score: number }) => score)).toEqual([40])
    const rejected = await ask('GET', '/v1/inspections?outcome=anomalous,review&order=lowest&lot=A')
    expect(rejected.json.inspections.map(({ score }: { score: number }) => score)).toEqual([120])
    expect((await ask('GET', '/v1/inspections/count?scoreFrom=100')).json).toEqual({
      count: 2,
      atLeast: false,
    })
    expect((await ask('GET', '/v1/facets')).json.lots.sort()).toEqual(['A', 'B'])
    const scores = await ask('GET', '/v1/scores')
    expect(scores.response.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(
      z
        .array(scoredPartSchema)
        .parse(scores.json)
        .map(({ score }) => score),
    ).toEqual([220, 120, 40])
    expect((await ask('GET', '/v1/inspections?outcome=good')).status).toBe(400)
  })

  it('come one by one, with the verdict in the words of the answer', async () => {
    const { json } = await ask('GET', `/v1/inspections/${ids[2]}`)
    expect(servedInspectionSchema.parse(json)).toMatchObject({
      id: ids[2],
      verdict: 'anomalous',
      threshold: 150,
      score: 220,
    })
    expect((await ask('GET', `/v1/inspections/${'0'.repeat(32)}`)).status).toBe(404)
    expect((await ask('GET', '/v1/inspections/..%2f..%2fetc')).status).toBe(400)
  })

  it('have pictures, thumbnails and maps', async () => {
    const picture = await ask('GET', `/v1/inspections/${ids[2]}/images/0/picture`)
    expect(picture.response.rawPayload).toEqual(await greyPng(220, 64, 32))
    expect(picture.response.headers['content-type']).toBe('image/png')
    const small = await ask('GET', `/v1/inspections/${ids[2]}/images/0/thumbnail?side=32`)
    const { width, height, format } = await sharp(small.response.rawPayload).metadata()
    expect({ width, height, format }).toEqual({ width: 32, height: 16, format: 'webp' })
    const map = await ask('GET', `/v1/inspections/${ids[2]}/images/0/map?as=float32`)
    expect(map.response.rawPayload.readFloatLE(0)).toBe(220)
    expect([map.response.headers['x-map-width'], map.response.headers['x-map-height']]).toEqual(['16', '8'])
    expect((await ask('GET', `/v1/inspections/${ids[2]}/images/0/map.png?low=0&high=255`)).status).toBe(200)
    expect((await ask('GET', `/v1/inspections/${ids[2]}/images/7/picture`)).status).toBe(404)
  })

  it('come as CSV', async () => {
    const { response } = await ask('GET', '/v1/export.csv?lot=B')
    expect(response.headers['content-type']).toContain('text/csv')
    expect(response.body.trim().split('\n')).toHaveLength(2)
    expect(response.body).toContain(ids[2])
  })
})

describe('corrections', () => {
  it('are claimed, made, seen by who watches, and taken back', async () => {
    const id = ids[1] ?? ''
    const heard: unknown[] = []
    const stop = station.context.events.listen(({ event }) => void heard.push(event))
    expect((await ask('POST', `/v1/inspections/${id}/claim`, undefined, 'anna')).json.ok).toBe(true)
    expect((await ask('POST', `/v1/inspections/${id}/claim`, undefined, 'ben')).json).toMatchObject({
      ok: false,
      reason: 'claimed',
    })
    const clash = await ask('POST', `/v1/inspections/${id}/corrections`, { verdict: 'nominal' }, 'ben')
    expect({ status: clash.status, code: clash.json.code }).toEqual({ status: 409, code: 'CLAIMED' })

    const png = await greyPng(255, 64, 32)
    const mask = await station.app.inject({
      ...{ method: 'POST', url: '/v1/masks', payload: png, headers: { 'content-type': 'image/png' } },
    })
    expect(mask.statusCode).toBe(201)
    const { hash } = mask.json()
    const body = { verdict: 'anomalous', defect: 'dent', note: 'left edge', masks: [hash] }
    const made = await ask('POST', `/v1/inspections/${id}/corrections`, body)
    expect(made).toMatchObject({
      status: 201,
      json: { label: 'anomalous', kind: 'dent', by: 'anna', masks: [hash] },
    })
    expect((await ask('GET', `/v1/masks/${hash}`)).response.rawPayload).toEqual(png)
    expect((await ask('GET', `/v1/inspections/${id}`)).json.correction).toMatchObject({ label: 'anomalous' })
    const undone = await ask('DELETE', `/v1/corrections/${made.json.id}`)
    expect(undone.json.undone).toMatchObject({ by: 'anna' })
    expect((await ask('DELETE', `/v1/corrections/${made.json.id}`)).status).toBe(404)
    expect((await ask('GET', `/v1/inspections/${id}/corrections`)).json).toHaveLength(1)
    stop()
    expect(heard.map((event) => (event as { kind: string }).kind)).toEqual([
      'claim',
      'correction',
      'correction',
    ])
  })

  it.each([
    [{ verdict: 'good' }, 400],
    [{ label: 'anomalous' }, 400],
    [{}, 400],
    [{ verdict: 'nominal', extra: 1 }, 400],
    [{ verdict: 'nominal', masks: ['x'] }, 400],
  ])('%j is refused', async (body, status) => {
    expect((await ask('POST', `/v1/inspections/${ids[0]}/corrections`, body)).status).toBe(status)
  })

  it('of a part that is not there', async () => {
    expect(
      (await ask('POST', `/v1/inspections/${'1'.repeat(32)}/corrections`, { verdict: 'nominal' })).status,
    ).toBe(404)
  })

  it('are asked for one by one, and a second opinion takes a second person', async () => {
    const next = await ask('POST', '/v1/review/next', undefined, 'carl')
    expect(next.status).toBe(200)
    await ask('POST', `/v1/inspections/${next.json.id}/corrections`, { verdict: 'nominal' }, 'carl')
    expect(
      (await ask('POST', `/v1/inspections/${next.json.id}/second-opinion`, { why: 'not sure' }, 'carl'))
        .status,
    ).toBe(200)
    const own = await ask(
      'POST',
      `/v1/inspections/${next.json.id}/corrections`,
      { verdict: 'nominal' },
      'carl',
    )
    expect({ status: own.status, code: own.json.code }).toEqual({ status: 409, code: 'OWN_DECISION' })
    expect((await ask('GET', '/v1/review/rules')).json[0].rule).toMatchObject({ review: 1 })
    expect(
      (await ask('POST', '/v1/review/rules', { everyPart: 0.5, nominal: 0, anomalous: 1, review: 1 })).status,
    ).toBe(200)
  })
})

describe('another threshold', () => {
  it('is proposed, accepted, judged by, and rolled back; all of it in the audit log', async () => {
    expect((await ask('GET', '/v1/threshold')).json).toMatchObject({ used: { threshold: 150, band: 100 } })
    const wrong = await ask('POST', '/v1/proposals', { to: { threshold: 50, band: 60 }, reason: 'x' })
    expect(wrong.status).toBe(400)
    const { json } = await ask('POST', '/v1/proposals', {
      to: { threshold: 50, band: 30 },
      reason: 'too many escapes',
    })
    expect(json).toMatchObject({ state: 'proposed', from: { threshold: 150, band: 100 } })
    expect(
      (await ask('POST', `/v1/proposals/${json.id}/decision`, { decision: 'accepted', why: 'agreed' }))
        .status,
    ).toBe(200)
    const id = await judge(60)
    expect((await ask('GET', `/v1/inspections/${id}`)).json).toMatchObject({
      verdict: 'anomalous',
      threshold: 50,
      band: 30,
    })
    await ask('POST', `/v1/proposals/${json.id}/decision`, { decision: 'rolled-back', why: 'too much scrap' })
    const after = await judge(60)
    expect((await ask('GET', `/v1/inspections/${after}`)).json).toMatchObject({
      verdict: 'nominal',
      threshold: 150,
    })
    expect(
      (await ask('POST', `/v1/proposals/${json.id}/decision`, { decision: 'accepted', why: 'x' })).status,
    ).toBe(409)
    const actions = (await ask('GET', '/v1/audit')).json.map(({ action }: { action: string }) => action)
    expect(actions).toEqual(
      expect.arrayContaining(['threshold.propose', 'threshold.accepted', 'threshold.rolled-back']),
    )
    expect((await ask('GET', '/v1/audit/verify')).json).toMatchObject({ ok: true })
  })
})

describe('upkeep', () => {
  it('exports a manifest of what was decided', async () => {
    await ask('POST', `/v1/inspections/${ids[0]}/corrections`, { verdict: 'nominal' }, 'dora')
    const { status, json } = await ask('POST', '/v1/manifests', { name: 'week-1' })
    expect(status).toBe(201)
    expect(json.nominal).toBeGreaterThanOrEqual(1)
    expect(readFileSync(json.path, 'utf8')).toContain('selection')
    expect((await ask('POST', '/v1/manifests', { name: '../escape' })).status).toBe(400)
  })

  it('backs up while it runs, deletes by query, and forgets a person', async () => {
    expect((await ask('POST', '/v1/backup', { name: 'monday' })).json).toMatchObject({ inspections: 5 })
    expect((await ask('POST', '/v1/purge', { filter: {} })).status).toBe(400)
    expect((await ask('POST', '/v1/purge', { filter: { lot: 'B' } })).json.inspections).toBe(1)
    expect((await ask('GET', `/v1/inspections/${ids[2]}`)).status).toBe(404)
    expect((await ask('POST', '/v1/forget-person', { name: 'dora' })).json).toEqual({ known: true })
    expect(JSON.stringify((await ask('GET', `/v1/inspections/${ids[0]}/corrections`)).json)).not.toContain(
      'dora',
    )
    expect((await ask('GET', '/v1/storage')).json.files).toBeGreaterThan(0)
    expect((await ask('GET', '/v1/outputs')).json).toEqual({ outputs: [], orphans: {} })
    expect((await ask('GET', '/v1/letters')).json).toEqual([])
  })
})
