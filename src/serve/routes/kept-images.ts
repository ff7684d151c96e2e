/** Pictures of parts as they came, small, and their maps: while they are kept. */
import { z } from 'zod'
import type { PixelReading } from '../../image/pixel-reading.ts'
import { readingOf } from '../../inspect/open-model.ts'
import type { ModelCard } from '../../wire/model.ts'
import { imageParamsSchema, pictureQuerySchema } from '../../wire/serve/records.ts'
import type { StationInspection } from '../../wire/station/inspection.ts'
import type { Context } from '../context.ts'
import { littleEndian } from '../inspection/map-answer.ts'
import { createDrawn } from '../pictures/drawn.ts'
import { mapOf } from '../pictures/map-of.ts'
import type { PictureMaker } from '../pictures/picture-maker.ts'
import { createThumbnails } from '../pictures/thumbnails.ts'
import { typeOf } from '../pictures/type-of.ts'
import { notFound } from '../problem.ts'
import type { App } from '../schemas.ts'

const tags = ['inspections']

/**
 * What is kept of a picture does not change, nor does the card of a model: a browser need not ask again for what is made of both. Where the
 * model is no longer known, it is shown as well as can be, and may look better another time.
 */
const keptFor = (isFinal: boolean): string =>
  isFinal ? 'private, max-age=31536000, immutable' : 'private, no-cache'

export function keptImageRoutes(app: App, { records, shelf }: Context, pictures: PictureMaker): void {
  const { files, inspections } = records
  /** Of the model that judged, where it is still known: how it reads pixels, and one scale for all its maps. */
  const cardBy = (inspection: StationInspection | undefined): ModelCard | null => {
    const fingerprint = inspection?.model?.fingerprint
    return shelf.list().models.find((each) => each.fingerprint === fingerprint)?.card ?? null
  }
  const cardOf = async (id: string): Promise<ModelCard | null> => cardBy(await inspections.find(id))
  const drawn = createDrawn(pictures)
  const bytesOf = async (id: string, image: number): Promise<Uint8Array> => {
    const bytes = await files.picture(id, image)
    if (bytes === undefined) throw notFound('such picture any more')
    return bytes
  }
  const readingBy = (card: ModelCard | null): PixelReading => (card?.pixels ? readingOf(card.pixels) : {})
  const thumbnails = createThumbnails(pictures)

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
      const sent = await bytesOf(id, image)
      const card = as === 'drawn' ? await cardOf(id) : null
      const bytes = as === 'drawn' ? await drawn({ bytes: sent, reading: readingBy(card) }) : sent
      const isFinal = as !== 'drawn' || card !== null
      return reply.header('cache-control', keptFor(isFinal)).type(typeOf(bytes)).send(Buffer.from(bytes))
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
      const inspection = await inspections.find(id)
      if (inspection?.kept[image]?.picture !== true) throw notFound('such picture any more')
      const card = cardBy(inspection)
      const reading = readingBy(card)
      const read = async () => ({ bytes: await bytesOf(id, image), reading })
      const bytes = await thumbnails.of([id, image, reading], side, read)
      return reply
        .header('cache-control', keptFor(card !== null))
        .type('image/webp')
        .send(Buffer.from(bytes))
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
      const npy = await mapBytes(id, image)
      const card = await cardOf(id)
      const asked = { ...(low !== undefined && { low }), ...(high !== undefined && { high }) }
      const png = await pictures.make({ kind: 'map', npy, ...card?.mapScale, ...asked })
      return reply
        .header('cache-control', keptFor(card !== null))
        .type('image/png')
        .send(Buffer.from(png))
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
      reply.header('cache-control', keptFor(true)).type('application/octet-stream')
      if (as === 'npy') return reply.send(Buffer.from(bytes))
      const map = mapOf(bytes)
      reply.headers({ 'x-map-width': map.width, 'x-map-height': map.height })
      return reply.send(Buffer.from(littleEndian(map.data)))
    },
  })
}
