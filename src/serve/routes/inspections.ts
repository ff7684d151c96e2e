/** `/v1/inspections`: what was judged, and the pictures and maps of it that are kept. */
import { z } from 'zod'
import { decodeNpy } from '../../files/npy.ts'
import { colourise } from '../../image/colour-map.ts'
import { encodePng } from '../../image/encode-image.ts'
import { findImageFormat } from '../../image/image-format.ts'
import { problemSchema } from '../../wire/serve/problem.ts'
import {
  filterQuerySchema,
  imageParamsSchema,
  inspectionParamsSchema,
  pageQuerySchema,
  type ServedInspection,
  servedInspectionSchema,
  servedPageSchema,
} from '../../wire/serve/records.ts'
import type { StationInspection } from '../../wire/station/inspection.ts'
import { countSchema, tallySchema } from '../../wire/station/query.ts'
import type { Context } from '../context.ts'
import { littleEndian } from '../inspection/map-answer.ts'
import { createThumbnails } from '../pictures/thumbnails.ts'
import { notFound } from '../problem.ts'
import type { App } from '../schemas.ts'

const tags = ['inspections']
const config = { role: 'review' } as const

export const served = (inspection: StationInspection): ServedInspection => {
  const { outcome, thresholdUsed: threshold } = inspection
  const isVerdict = outcome === 'nominal' || outcome === 'anomalous' || outcome === 'review'
  return { ...inspection, verdict: isVerdict ? outcome : null, threshold }
}

/** What is kept of a picture does not change: a browser need not ask again. */
const forEver = 'private, max-age=31536000, immutable'

export function inspectionRoutes(app: App, { records }: Context): void {
  const { inspections, files } = records
  const thumbnails = createThumbnails((id, image) => files.picture(id, image))

  app.route({
    ...{ method: 'GET', url: '/v1/inspections', config },
    schema: {
      ...{ tags, summary: 'What was judged, a page at a time' },
      querystring: pageQuerySchema,
      response: { 200: servedPageSchema, 400: problemSchema },
    },
    async handler({ query }) {
      const { order, limit, after, ...filter } = query
      const page = await inspections.page({ filter, order, limit, ...(after !== undefined && { after }) })
      return { inspections: page.inspections.map(served), next: page.next }
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/inspections/count', config },
    schema: {
      ...{ tags, summary: 'How many; counting stops at 10,000', querystring: filterQuerySchema },
      response: { 200: countSchema },
    },
    handler: ({ query }) => inspections.count(query),
  })
  app.route({
    ...{ method: 'GET', url: '/v1/inspections/tallies', config },
    schema: {
      ...{ tags, summary: 'Verdicts by hour or day' },
      querystring: z.strictObject({
        from: z.iso.datetime({ offset: true }),
        to: z.iso.datetime({ offset: true }),
        by: z.enum(['hour', 'day']).default('hour'),
      }),
      response: { 200: z.array(tallySchema) },
    },
    handler: async ({ query: { from, to, by } }) => [
      ...(await inspections.tallies(new Date(from), new Date(to), by)),
    ],
  })
  app.route({
    ...{ method: 'GET', url: '/v1/inspections/scores', config },
    schema: {
      ...{ tags, summary: 'Score, outcome and label, newest first: for histograms and what-if' },
      querystring: filterQuerySchema.extend({
        limit: z.coerce.number().int().min(1).max(100_000).default(10_000),
      }),
      response: {
        200: z.array(
          z.strictObject({
            ...{ id: z.string(), score: z.number(), outcome: z.string() },
            label: z.string().nullable(),
          }),
        ),
      },
    },
    handler: async ({ query: { limit, ...filter } }) => [...(await inspections.scores(filter, limit))],
  })
  app.route({
    ...{ method: 'GET', url: '/v1/inspections/facets', config },
    schema: {
      ...{ tags, summary: 'Lots, cameras, kinds of defects and models that occur' },
      response: {
        200: z.strictObject({
          ...{ lots: z.array(z.string()), cameras: z.array(z.string()), kinds: z.array(z.string()) },
          models: z.array(z.strictObject({ name: z.string(), fingerprint: z.string() })),
        }),
      },
    },
    async handler() {
      const { lots, cameras, kinds, models } = await inspections.facets()
      return { lots: [...lots], cameras: [...cameras], kinds: [...kinds], models: [...models] }
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/inspections/:id', config },
    schema: {
      ...{ tags, summary: 'One inspection', params: inspectionParamsSchema },
      response: { 200: servedInspectionSchema, 404: problemSchema },
    },
    async handler({ params: { id } }) {
      const found = await inspections.find(id)
      if (found === undefined) throw notFound(`inspection ${id}`)
      return served(found)
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/inspections/:id/images/:image/picture' },
    config: { ...config, produces: 'image/*' },
    schema: { tags, summary: 'The picture as it came, while it is kept', params: imageParamsSchema },
    async handler({ params: { id, image } }, reply) {
      const bytes = await files.picture(id, image)
      if (bytes === undefined) throw notFound('such picture any more')
      return reply.header('cache-control', forEver).type(typeOf(bytes)).send(Buffer.from(bytes))
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/inspections/:id/images/:image/thumbnail' },
    config: { ...config, produces: 'image/webp' },
    schema: {
      ...{ tags, summary: 'The picture, small', params: imageParamsSchema },
      querystring: z.strictObject({ side: z.coerce.number().int().min(16).max(512).default(160) }),
    },
    async handler({ params: { id, image }, query: { side } }, reply) {
      const bytes = await thumbnails.of(id, image, side)
      if (bytes === undefined) throw notFound('such picture any more')
      return reply.header('cache-control', forEver).type('image/webp').send(Buffer.from(bytes))
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/inspections/:id/images/:image/map' },
    config: { ...config, produces: 'image/png' },
    schema: {
      ...{ tags, summary: 'The map over the picture, while it is kept: colours, NumPy, or bare float32' },
      params: imageParamsSchema,
      querystring: z.strictObject({
        as: z.enum(['png', 'npy', 'float32']).default('png'),
        /** Raw scores at the ends of the colour scale. */
        low: z.coerce.number().optional(),
        high: z.coerce.number().optional(),
      }),
    },
    async handler({ params: { id, image }, query: { as, low, high } }, reply) {
      const bytes = await files.map(id, image)
      if (bytes === undefined) throw notFound('such map any more')
      reply.header('cache-control', forEver)
      if (as === 'npy') return reply.type('application/octet-stream').send(Buffer.from(bytes))
      const map = mapOf(bytes)
      reply.headers({ 'x-map-width': map.width, 'x-map-height': map.height })
      if (as === 'float32')
        return reply.type('application/octet-stream').send(Buffer.from(littleEndian(map.data)))
      const range = { low: low ?? Math.min(...ends(map.data)), high: high ?? Math.max(...ends(map.data)) }
      return reply.type('image/png').send(Buffer.from(await encodePng(colourise(map, range))))
    },
  })
}

function mapOf(bytes: Uint8Array): { width: number; height: number; data: Float32Array } {
  const { shape, data } = decodeNpy('map', bytes)
  const [height = 0, width = 0] = shape
  if (!(data instanceof Float32Array)) throw new Error('expected a map of float32')
  return { width, height, data }
}

function ends(data: Float32Array): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (const value of data) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, high]
}

const types: Readonly<Record<string, string>> = {
  JPEG: 'image/jpeg',
  PNG: 'image/png',
  TIFF: 'image/tiff',
  BMP: 'image/bmp',
  WebP: 'image/webp',
}

/** By content: nothing that a client called it. Anything else than a picture is never shown by a browser. */
const typeOf = (bytes: Uint8Array): string =>
  types[findImageFormat(bytes) ?? ''] ?? 'application/octet-stream'
