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
