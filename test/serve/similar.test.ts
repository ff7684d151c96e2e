/** Parts that look alike: a real model's mean features, kept by policy, compared within one model alone. */
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { saveSmallModel } from '../../scripts/station/small-model.ts'
import { encodePng } from '../../src/image/encode-image.ts'
import { newInspectionId } from '../../src/records/new-id.ts'
import { stripes } from '../../src/testing/striped-image.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { greyPng, openGreyStation, saveGreyModel, type TestedStation } from './grey-station.ts'

let station: TestedStation
const models = join(temporaryFolder(), 'models')

const send = async (payload: Buffer, part: string, to = station): Promise<string> => {
  const request = { method: 'POST', url: `/v1/inspect?part=${part}`, payload } as const
  const response = await to.app.inject({ ...request, headers: { 'content-type': 'image/png' } })
  expect(response.statusCode).toBe(200)
  return response.json().id
}
const get = async (url: string, to = station) => {
  const response = await to.app.inject({ method: 'GET', url })
  return { status: response.statusCode, ...response.json() }
}
const striped = async (seed: number): Promise<Buffer> => Buffer.from(await encodePng(stripes(seed, false)))

beforeAll(async () => {
  await saveSmallModel(join(models, 'small'))
  station = await openGreyStation({ models, model: join(models, 'small'), keepEmbeddings: 'all' })
})

describe('similar parts', () => {
  it('are those that show the same, the most alike first', async () => {
    const first = await send(await striped(1), 'P1')
    await send(await greyPng(90, 64, 64), 'P2')
    await send(await striped(1), 'P3')
    await send(await striped(4), 'P4')
    const { status, similar } = await get(`/v1/inspections/${first}/similar`)
    expect(status).toBe(200)
    expect(similar.map((each: { inspection: { part: string } }) => each.inspection.part)).toEqual([
      'P3',
      'P4',
      'P2',
    ])
    expect(similar[0].similarity).toBeCloseTo(1, 5)
    expect(similar[2].similarity).toBeLessThan(similar[1].similarity)
    const { similar: two } = await get(`/v1/inspections/${first}/similar?limit=2`)
    expect(two).toEqual(similar.slice(0, 2))
    const { similar: newest } = await get(`/v1/inspections/${first}/similar?among=1`)
    expect(newest).toMatchObject([{ inspection: { part: 'P4' } }])
  })

  it('have the vector to look at, and none of a part that nobody knows', async () => {
    const id = await send(await striped(2), 'P5')
    const { embedding } = await get(`/v1/inspections/${id}/images/0/embedding`)
    expect(embedding.length).toBeGreaterThan(8)
    expect(embedding.every(Number.isFinite)).toBe(true)
    expect(await get(`/v1/inspections/${id}/images/1/embedding`)).toMatchObject({ status: 404 })
    const unknown = newInspectionId(new Date(0))
    expect(await get(`/v1/inspections/${unknown}/similar`)).toMatchObject({ status: 404 })
  })

  it('are not sought for a part of which no vector was kept', async () => {
    const keepsNone = await openGreyStation({ model: join(models, 'small'), keepEmbeddings: 'none' })
    const id = await send(await striped(1), 'P1', keepsNone)
    expect(await get(`/v1/inspections/${id}/similar`, keepsNone)).toMatchObject({
      ...{ status: 404, code: 'NOT_FOUND' },
      detail: expect.stringContaining('embedding'),
    })
  })

  it('are of one model alone', async () => {
    const before = await send(await striped(1), 'old')
    await saveGreyModel(join(models, 'grey'))
    const switched = await openGreyStation({ models, model: join(models, 'small'), keepEmbeddings: 'all' })
    const own = await send(await striped(1), 'own', switched)
    const activated = await switched.app.inject({ method: 'POST', url: '/v1/models/grey/activate' })
    expect(activated.statusCode).toBeLessThan(300)
    const other = await send(await greyPng(200, 64, 64), 'other', switched)
    expect(await get(`/v1/inspections/${other}/similar`, switched)).toMatchObject({ status: 404 })
    expect(await get(`/v1/inspections/${own}/similar`, switched)).toMatchObject({ status: 200, similar: [] })
    expect(before).not.toBe(own)
  })
})
