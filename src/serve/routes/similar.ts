/** The mean features of a picture, and the parts that look most like it. */
import { z } from 'zod'
import { problemSchema } from '../../wire/serve/problem.ts'
import {
  imageParamsSchema,
  inspectionParamsSchema,
  servedInspectionSchema,
} from '../../wire/serve/records.ts'
import type { Context } from '../context.ts'
import { findSimilar } from '../inspection/similar-parts.ts'
import { notFound } from '../problem.ts'
import type { App } from '../schemas.ts'
import { served } from './inspections.ts'

const tags = ['inspections']
const config = { role: 'review' } as const

export function similarRoutes(app: App, { records }: Context): void {
  app.route({
    ...{ method: 'GET', url: '/v1/inspections/:id/images/:image/embedding', config },
    schema: {
      ...{ tags, summary: 'Mean features of the picture as the model saw it, while they are kept' },
      params: imageParamsSchema,
      response: { 200: z.strictObject({ embedding: z.array(z.number()) }), 404: problemSchema },
    },
    async handler({ params: { id, image } }) {
      const embedding = await records.files.embedding(id, image)
      if (embedding === undefined) throw notFound('such embedding any more')
      return { embedding: [...embedding] }
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/inspections/:id/similar', config },
    schema: {
      tags,
      summary: 'Parts that look most like this one, among the newest that the same model judged',
      params: inspectionParamsSchema,
      querystring: z.strictObject({
        limit: z.coerce.number().int().min(1).max(100).default(12),
        among: z.coerce.number().int().min(1).max(5000).default(1000),
      }),
      response: {
        200: z.strictObject({
          similar: z.array(z.strictObject({ similarity: z.number(), inspection: servedInspectionSchema })),
        }),
        404: problemSchema,
      },
    },
    async handler({ params: { id }, query }) {
      const inspection = await records.inspections.find(id)
      if (inspection === undefined) throw notFound(`inspection ${id}`)
      const similar = await findSimilar(records, inspection, query)
      if (similar === undefined) throw notFound('embedding of this part any more')
      return {
        similar: similar.map((each) => ({
          similarity: each.similarity,
          inspection: served(each.inspection),
        })),
      }
    },
  })
}
