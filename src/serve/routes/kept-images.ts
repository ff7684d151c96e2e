/** Pictures of parts as they came, small, and their maps: while they are kept. */
import { z } from 'zod'
import { decodeNpy } from '../../files/npy.ts'
import { colourise } from '../../image/colour-map.ts'
import { encodePng } from '../../image/encode-image.ts'
import type { ScoreMap } from '../../image/image.ts'
import { readingOf } from '../../inspect/open-model.ts'
import type { ModelCard } from '../../wire/model.ts'
import { imageParamsSchema, pictureQuerySchema } from '../../wire/serve/records.ts'
import type { Context } from '../context.ts'
import { littleEndian } from '../inspection/map-answer.ts'
import { createDrawn } from '../pictures/drawn.ts'
import type { PictureFile } from '../pictures/picture-file.ts'
import { createThumbnails } from '../pictures/thumbnails.ts'
import { typeOf } from '../pictures/type-of.ts'
import { notFound } from '../problem.ts'
import type { App } from '../schemas.ts'

const tags = ['inspections']

/** What is kept of a picture does not change: a browser need not ask again. */
const forEver = 'private, max-age=31536000, immutable'

interface Scale {
  readonly low: number
  readonly high: number
}

export function keptImageRoutes(app: App, { records, shelf }: Context): void {
  const { files, inspections } = records
  /** Of the model that judged, where it is still known: how it reads pixels, and one scale for all its maps. */
  const cardOf = async (id: string): Promise<ModelCard | null> => {
    const fingerprint = (await inspections.find(id))?.model?.fingerprint
    return shelf.list().models.find((each) => each.fingerprint === fingerprint)?.card ?? null
  }
  const drawn = createDrawn()
  const pictureOf = async (id: string, image: number): Promise<PictureFile | undefined> => {
    const bytes = await files.picture(id, image)
    if (bytes === undefined) return
    const pixels = (await cardOf(id))?.pixels
    return { bytes, reading: pixels === undefined ? {} : readingOf(pixels) }
  }
  const thumbnails = createThumbnails(pictureOf)

  const mapBytes = async (id: string, image: number): Promise<Uint8Array> => {
    const bytes = await files.map(id, image)
    if (bytes === undefined) throw notFound('such map any more')
    return bytes
  }

  app.route({
    ...{ method: 'GET', url: '/v1/inspections/:id/images/:image/picture' },
    config: { role: 'review', produces: 'image/*' },
    schema: {
      ...{ tags, summary: 'The picture, while it is kept', params: imageParamsSchema },
      querystring: pictureQuerySchema,
    },
    async handler({ params: { id, image }, query: { as } }, reply) {
      const picture = await pictureOf(id, image)
      if (picture === undefined) throw notFound('such picture any more')
      const bytes = as === 'drawn' ? await drawn(picture) : picture.bytes
      return reply.header('cache-control', forEver).type(typeOf(bytes)).send(Buffer.from(bytes))
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/inspections/:id/images/:image/thumbnail' },
    config: { role: 'review', produces: 'image/webp' },
    schema: {
      ...{ tags, summary: 'The picture, small', params: imageParamsSchema },
      querystring: z.strictObject({ side: z.coerce.number().int().min(16).max(512).default(160) }),
    },
    async handler({ params: { id, image }, query: { side } }, reply) {
      const bytes = await thumbnails.of([id, image], side)
      if (bytes === undefined) throw notFound('such picture any more')
      return reply.header('cache-control', forEver).type('image/webp').send(Buffer.from(bytes))
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/inspections/:id/images/:image/map.png' },
    config: { role: 'review', produces: 'image/png' },
    schema: {
      ...{ tags, summary: "The map over the picture, while it is kept, in the colours of the model's card" },
      params: imageParamsSchema,
      querystring: z.strictObject({ low: z.coerce.number().optional(), high: z.coerce.number().optional() }),
    },
    async handler({ params: { id, image }, query: { low, high } }, reply) {
      const map = mapOf(await mapBytes(id, image))
      const scale = (await cardOf(id))?.mapScale ?? endsOf(map.data)
      const range = { low: low ?? scale.low, high: high ?? scale.high }
      const png = await encodePng(colourise(map, range))
      return reply.header('cache-control', forEver).type('image/png').send(Buffer.from(png))
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/inspections/:id/images/:image/map' },
    config: { role: 'review', produces: 'application/octet-stream' },
    schema: {
      ...{
        tags,
        summary: 'The map over the picture, while it is kept, as numbers: for NumPy, or bare float32',
      },
      params: imageParamsSchema,
      querystring: z.strictObject({ as: z.enum(['npy', 'float32']).default('npy') }),
    },
    async handler({ params: { id, image }, query: { as } }, reply) {
      const bytes = await mapBytes(id, image)
      reply.header('cache-control', forEver).type('application/octet-stream')
      if (as === 'npy') return reply.send(Buffer.from(bytes))
      const map = mapOf(bytes)
      reply.headers({ 'x-map-width': map.width, 'x-map-height': map.height })
      return reply.send(Buffer.from(littleEndian(map.data)))
    },
  })
}

function mapOf(bytes: Uint8Array): ScoreMap {
  const { shape, data } = decodeNpy('map', bytes)
  const [height = 0, width = 0] = shape
  if (!(data instanceof Float32Array)) throw new Error('expected a map of float32')
  return { width, height, data }
}

function endsOf(data: Float32Array): Scale {
  let [low, high] = [Infinity, -Infinity]
  for (const value of data) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return { low, high }
}
