/** Pictures for people are not made by the thread that judges. */
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CancelledError, InputError } from '../../src/errors.ts'
import { encodeNpy } from '../../src/files/npy.ts'
import { colourise } from '../../src/image/colour-map.ts'
import { decodeImage } from '../../src/image/decode-image.ts'
import { encodePng, encodeWebp } from '../../src/image/encode-image.ts'
import { createPictureMaker, type PictureMaker } from '../../src/serve/pictures/picture-maker.ts'
import type { PictureJob } from '../../src/serve/pictures/picture-worker.ts'
import { createThumbnails } from '../../src/serve/pictures/thumbnails.ts'
import { createWorkerPool, type WorkerPool } from '../../src/threads/worker-pool.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { greyPixels, greyPng, openGreyStation, saveGreyModel } from './grey-station.ts'

// of this thread alone: another loads its own
vi.mock('../../src/image/encode-image.ts', { spy: true })
vi.mock('../../src/image/colour-map.ts', { spy: true })

/** Threads of a maker, the latest last. */
let pools: WorkerPool<PictureJob, Uint8Array>[]
let maker: PictureMaker

beforeEach(() => {
  pools = []
  const besides = new URL('../../src/serve/pictures/picture-maker.ts', import.meta.url).href
  maker = createPictureMaker(() => {
    const pool = createWorkerPool<PictureJob, Uint8Array>(besides, 'picture-worker', 1)
    pools.push(pool)
    return pool
  })
})
afterEach(() => maker.close())

const tiff = sharp(greyPixels(90).data, { raw: { width: 16, height: 16, channels: 3 } })
  .tiff({ compression: 'none' })
  .toBuffer()

it('are not made by the thread that judges, whichever a page asks for', async () => {
  const model = join(temporaryFolder(), 'grey')
  await saveGreyModel(model)
  const { app } = await openGreyStation({ model, keep: 'all', keepMaps: 'all' })
  const headers = { 'content-type': 'image/tiff' }
  const judged = await app.inject({ method: 'POST', url: '/v1/inspect', payload: await tiff, headers })
  const kept = `/v1/inspections/${judged.json().id}/images/0`
  for (const how of [encodePng, encodeWebp, colourise]) vi.mocked(how).mockClear()
  for (const address of [`${kept}/picture?as=drawn`, `${kept}/thumbnail`, `${kept}/map.png`])
    expect((await app.inject(address)).statusCode).toBe(200)
  for (const how of [encodePng, encodeWebp, colourise]) expect(how).not.toHaveBeenCalled()
})

describe('a maker', () => {
  it('colours a map by the scale that is given, else by its own ends', async () => {
    const npy = encodeNpy({ shape: [1, 3], data: new Float32Array([2, 3, 4]) })
    const coloursOf = async (range: { low?: number; high?: number }) =>
      (await decodeImage(await maker.make({ kind: 'map', npy, ...range }))).data
    const map = { width: 3, height: 1, data: new Float32Array([2, 3, 4]) }
    expect(await coloursOf({})).toEqual(colourise(map, { low: 2, high: 4 }).data)
    expect(await coloursOf({ low: 0 })).toEqual(colourise(map, { low: 0, high: 4 }).data)
    expect(await coloursOf({ low: 0, high: 9 })).toEqual(colourise(map, { low: 0, high: 9 }).data)
  })

  it('says what is no picture, and makes the next', async () => {
    const wrong = maker.make({ kind: 'png', picture: { bytes: new Uint8Array(9), reading: {} } })
    await expect(wrong).rejects.toBeInstanceOf(InputError)
    const right = await maker.make({
      kind: 'thumbnail',
      picture: { bytes: await tiff, reading: {} },
      side: 8,
    })
    expect(await decodeImage(right)).toMatchObject({ width: 8, height: 8 })
  })

  it('goes on with another thread where one has ended', async () => {
    const picture = { bytes: await greyPng(100), reading: {} }
    const lost = maker.make({ kind: 'png', picture })
    const told = expect(lost).rejects.toThrow('ended')
    await pools[0]?.close()
    await told
    expect(await decodeImage(await maker.make({ kind: 'png', picture }))).toEqual(greyPixels(100))
    expect(pools.length).toBe(2)
  })

  it('that is closed starts no other thread for those who wait', async () => {
    const picture = { bytes: await greyPng(100), reading: {} }
    const thumbnails = createThumbnails(maker)
    const read = async () => picture
    const reads = [
      read,
      async () => {
        await maker.close()
        return picture
      },
      read,
    ]
    const asked = await Promise.allSettled(reads.map((each, i) => thumbnails.of([i], 8, each)))
    expect(asked.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(asked.at(-1)).toMatchObject({ reason: expect.any(CancelledError) })
    expect(pools.length).toBe(1)
  })
})
