/** Pictures of inspections in formats that no browser draws: as they came, and as a browser draws them, as bright as the model saw them. */
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, expect, it } from 'vitest'
import { decodeImage } from '../../src/image/decode-image.ts'
import { pictureAddress, thumbnailAddress } from '../../src/web/state/station.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { greyPng, openGreyStation, saveGreyModel, type TestedStation } from '../serve/grey-station.ts'

let station: TestedStation
/** Of 12 bits in 16: half as bright as can be. */
const deep = sharp(new Uint16Array(1024).fill(2048), { raw: { width: 32, height: 32, channels: 1 } })
  .toColourspace('grey16')
  .tiff({ compression: 'none' })
  .toBuffer()

beforeAll(async () => {
  const model = join(temporaryFolder(), 'deep')
  await saveGreyModel(model, { pixels: { range: { low: 0, high: 4095 }, page: 1 } })
  station = await openGreyStation({ model, keep: 'all' })
})

async function judged(payload: Buffer): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream' }
  const { statusCode, json } = await station.app.inject({
    method: 'POST',
    url: '/v1/inspect',
    payload,
    headers,
  })
  expect(statusCode).toBe(200)
  return json().id
}
const ask = (address: string) => station.app.inject(`/${address}`)

it('of a TIFF are a TIFF, and for the page a PNG that shows what the model saw', async () => {
  const id = await judged(await deep)
  const came = await ask(`v1/inspections/${id}/images/0/picture`)
  expect(came.headers['content-type']).toBe('image/tiff')
  expect(came.rawPayload).toEqual(await deep)
  const drawn = await ask(pictureAddress(id, 0))
  expect(drawn.headers['content-type']).toBe('image/png')
  const { width, height, data } = await decodeImage(drawn.rawPayload)
  expect([width, height, data[0]]).toEqual([32, 32, 128])
  expect((await decodeImage((await ask(thumbnailAddress(id, 0, 16))).rawPayload)).data[0]).toBeCloseTo(
    128,
    -1,
  )
})

it('that browsers draw are the bytes that came', async () => {
  const id = await judged(await greyPng(100))
  expect((await ask(pictureAddress(id, 0))).rawPayload).toEqual(await greyPng(100))
  expect((await ask(`v1/inspections/${id}/images/0/picture?as=gif`)).statusCode).toBe(400)
})

it('are kept for good by a browser as long as the model is known that says how they are read, and go with the record', async () => {
  const models = join(temporaryFolder(), 'models')
  const pixels = { range: { low: 0, high: 4095 }, page: 1 } as const
  await saveGreyModel(join(models, 'deep'), { pixels })
  const other = await openGreyStation({ model: join(models, 'deep'), models, keep: 'all', keepMaps: 'all' })
  const { payload, headers } = { payload: await deep, headers: { 'content-type': 'image/tiff' } }
  const answer = await other.app.inject({ method: 'POST', url: '/v1/inspect?part=P-1', payload, headers })
  const { id } = answer.json()
  const kept = `/v1/inspections/${id}/images/0`
  const drawn = [`${kept}/picture?as=drawn`, `${kept}/thumbnail`, `${kept}/map.png`]
  const all = [...drawn, `${kept}/picture`, `${kept}/map`]
  const how = async (address: string) => {
    const { statusCode, headers: told } = await other.app.inject(address)
    return statusCode === 200 ? String(told['cache-control']) : `${statusCode}`
  }
  const forGood = 'private, max-age=31536000, immutable'
  expect(await Promise.all(all.map(how))).toEqual(all.map(() => forGood))
  const cards = async () => (await other.app.inject('/v1/models')).json().models
  const [{ fingerprint }] = await cards()
  await saveGreyModel(join(models, 'deep'), { threshold: 120, pixels }) // trained again, in its place
  await expect.poll(async () => (await cards())[0].fingerprint).not.toBe(fingerprint)
  expect(await Promise.all(all.map(how))).toEqual([
    ...drawn.map(() => 'private, no-cache'),
    ...[forGood, forGood],
  ])
  const purge = { method: 'POST', url: '/v1/purge', payload: { filter: { part: 'P-1' } } } as const
  expect((await other.app.inject(purge)).statusCode).toBe(200)
  expect(await Promise.all(all.map(how))).toEqual(all.map(() => '404'))
})
