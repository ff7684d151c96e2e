/** `/v1/runs`: evaluations that were made, with their findings, and two of them compared pair by pair. Read from `--runs DIR` alone. */
import { createReadStream } from 'node:fs'
import { z } from 'zod'
import { compareRunFolders } from '../../run/compare/compare-run-folders.ts'
import { loadRun } from '../../run/folder/load-run.ts'
import { evaluationSchema } from '../../wire/evaluation.ts'
import { guardrailPictureSchema } from '../../wire/guardrail-report.ts'
import { problemSchema } from '../../wire/serve/problem.ts'
import { pictureQuerySchema } from '../../wire/serve/records.ts'
import {
  disagreementSchema,
  type MappedRunImage,
  mappedRunImageSchema,
  runImageSchema,
  runOutlineSchema,
  runSummarySchema,
} from '../../wire/serve/runs.ts'
import { changeOf } from '../pictures/change-of.ts'
import { createDrawn } from '../pictures/drawn.ts'
import type { PictureMaker } from '../pictures/picture-maker.ts'
import { stillHolds, tagOf } from '../pictures/tagged.ts'
import { createThumbnails } from '../pictures/thumbnails.ts'
import { typeOf } from '../pictures/type-of.ts'
import { notFound } from '../problem.ts'
import { disagreements } from '../runs/disagreements.ts'
import type { RunFolders } from '../runs/run-folders.ts'
import { createRunImages } from '../runs/run-images.ts'
import type { App } from '../schemas.ts'

const tags = ['runs']
const config = { role: 'review' } as const

const idSchema = z.strictObject({ id: z.string().min(1).max(400) })
/** Of the image: its path in the dataset. */
const imageSchema = idSchema.extend({ '*': z.string().min(1).max(1000) })

export function runRoutes(app: App, runs: RunFolders, pictures: PictureMaker): void {
  const images = createRunImages()
  const drawn = createDrawn(pictures)
  const thumbnails = createThumbnails(pictures)
  app.route({
    ...{ method: 'GET', url: '/v1/runs', config },
    schema: {
      tags,
      summary: 'Evaluations below --runs, the newest first',
      response: { 200: z.array(runSummarySchema) },
    },
    async handler() {
      return (await runs.list()).map(({ id, evaluation }) => ({
        ...{ id, createdAt: evaluation.createdAt, folds: evaluation.protocol.folds },
        ...{ detector: evaluation.detector.id, backbone: evaluation.backbone.id },
        ...{ dataset: evaluation.dataset.path, images: evaluation.dataset.images },
        auroc: evaluation.metrics.image?.auroc?.mean ?? null,
        findings: evaluation.findings.length,
      }))
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/runs/:id', config },
    schema: {
      ...{ tags, summary: 'One evaluation, with its findings', params: idSchema },
      response: { 200: evaluationSchema, 404: problemSchema },
    },
    handler: async ({ params: { id } }) => (await runs.open(id)).evaluation,
  })
  app.route({
    ...{ method: 'GET', url: '/v1/runs/:id/scores' },
    config: { ...config, produces: 'text/csv' },
    schema: { tags, summary: 'Score and decision of every image', params: idSchema },
    async handler({ params: { id } }, reply) {
      const path = await runs.file(id, 'scores.csv')
      return reply.type('text/csv; charset=utf-8').send(createReadStream(path))
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/runs/:id/images', config },
    schema: {
      ...{
        tags,
        summary: 'Images of the run that were judged by folds which had not seen them',
        params: idSchema,
      },
      response: { 200: z.array(runImageSchema), 404: problemSchema },
    },
    handler: async ({ params: { id } }) => [...(await images.of(await runs.open(id)))],
  })
  app.route({
    ...{ method: 'GET', url: '/v1/runs/:id/images/*', config },
    schema: {
      ...{ tags, summary: 'One of them, with what of it its maps show' },
      params: imageSchema,
      response: { 200: mappedRunImageSchema, 404: problemSchema },
    },
    async handler({ params }) {
      const run = await runs.open(params.id)
      const image = (await images.of(run)).find((each) => each.image === params['*'])
      if (image === undefined) throw notFound('such image')
      const { fit, tiles } = run.evaluation.input
      const mapped: MappedRunImage['mapped'] = fit === 'crop' && tiles === undefined ? 'middle' : 'all'
      return { ...image, mapped }
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/runs/:id/pictures', config },
    schema: {
      ...{
        tags,
        summary: 'Pictures of what the guardrails found, by the id of the finding',
        params: idSchema,
      },
      response: { 200: z.array(guardrailPictureSchema), 404: problemSchema },
    },
    handler: async ({ params: { id } }) => [...(await runs.pictures(id))],
  })
  app.route({
    ...{ method: 'GET', url: '/v1/runs/:id/report' },
    config: { ...config, produces: 'text/html' },
    schema: { tags, summary: 'The report of the run, a page of its own', params: idSchema },
    async handler({ params: { id } }, reply) {
      const path = await runs.file(id, 'report.html')
      // It is one file with its script and styles in it: shown on its own, and kept apart from the station.
      reply.header(
        'content-security-policy',
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; frame-ancestors 'self'",
      )
      return reply.type('text/html; charset=utf-8').send(createReadStream(path))
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/runs/:id/maps/:fold/*' },
    config: { ...config, produces: 'image/webp' },
    schema: {
      tags,
      summary: 'Heat map of an image of the run, as one fold judged it',
      params: imageSchema.extend({ fold: z.coerce.number().int().min(0).max(10_000) }),
    },
    async handler(request, reply) {
      const { id, fold, '*': image } = request.params
      const path = await runs.map(id, fold, image)
      const tag = tagOf(request, [await changeOf(path)])
      if (tag.isHeld) return stillHolds(reply, tag)
      return reply.headers(tag.headers).type('image/webp').send(createReadStream(path))
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/runs/:id/photographs/*' },
    config: { ...config, produces: 'image/*' },
    schema: {
      tags,
      summary: 'An image of the dataset of the run, where that lies in a folder of the station',
      params: imageSchema,
      querystring: pictureQuerySchema,
    },
    async handler(request, reply) {
      const { params, query } = request
      const found = await runs.photograph(params.id, params['*'])
      const tag = tagOf(request, [found.change, query.as])
      if (tag.isHeld) return stillHolds(reply, tag)
      const picture = await found.read()
      const bytes = query.as === 'drawn' ? await drawn(picture) : picture.bytes
      return reply.headers(tag.headers).type(typeOf(bytes)).send(Buffer.from(bytes))
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/runs/:id/thumbnails/*' },
    config: { ...config, produces: 'image/webp' },
    schema: {
      ...{ tags, summary: 'The same, small', params: imageSchema },
      querystring: z.strictObject({ side: z.coerce.number().int().min(16).max(512).default(160) }),
    },
    async handler(request, reply) {
      const { id, '*': image } = request.params
      const { side } = request.query
      const { change, read } = await runs.photograph(id, image)
      const tag = tagOf(request, [change, side])
      if (tag.isHeld) return stillHolds(reply, tag)
      const bytes = await thumbnails.of([id, image, change], side, read)
      return reply.headers(tag.headers).type('image/webp').send(Buffer.from(bytes))
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/runs/:id/outlines/*', config },
    schema: {
      ...{ tags, summary: 'Where people marked the defect, of images that the run drew for its report' },
      params: imageSchema,
      response: { 200: runOutlineSchema.nullable(), 404: problemSchema },
    },
    handler: async ({ params }) => (await runs.outline(params.id, params['*'])) ?? null,
  })
  app.route({
    ...{ method: 'GET', url: '/v1/comparisons', config },
    schema: {
      ...{ tags, summary: 'Two runs on identical folds, pair by pair, with intervals' },
      querystring: z.strictObject({ a: z.string().min(1).max(400), b: z.string().min(1).max(400) }),
      response: { 200: z.looseObject({}), 404: problemSchema, 409: problemSchema },
    },
    async handler({ query: { a, b } }) {
      const folders = [await runs.folder(a), await runs.folder(b)] as const
      return { ...(await compareRunFolders(...folders)) }
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/comparisons/disagreements', config },
    schema: {
      ...{
        tags,
        summary: 'Images that one run judges right in most folds and the other wrong, the clearest first',
      },
      querystring: z.strictObject({ a: z.string().min(1).max(400), b: z.string().min(1).max(400) }),
      response: { 200: z.array(disagreementSchema), 404: problemSchema },
    },
    async handler({ query: { a, b } }) {
      return [...disagreements(await loadRun(await runs.folder(a)), await loadRun(await runs.folder(b)))]
    },
  })
}
