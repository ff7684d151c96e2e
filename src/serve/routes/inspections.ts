/** `/v1/inspections`: what was judged, and the pictures and maps of it that are kept. */
import { z } from 'zod'
import { problemSchema } from '../../wire/serve/problem.ts'
import {
  filterQuerySchema,
  inspectionParamsSchema,
  pageQuerySchema,
  type ServedInspection,
  servedInspectionSchema,
  servedPageSchema,
} from '../../wire/serve/records.ts'
import { facetsSchema } from '../../wire/station/facets.ts'
import type { StationInspection } from '../../wire/station/inspection.ts'
import { isVerdict } from '../../wire/station/outcomes.ts'
import { countSchema, tallySchema } from '../../wire/station/query.ts'
import { scoredPartSchema } from '../../wire/station/scored-part.ts'
import type { Context } from '../context.ts'
import { notFound } from '../problem.ts'
import type { App } from '../schemas.ts'
import { sendJson } from '../send-json.ts'

const tags = ['inspections']
const config = { role: 'review' } as const

export const served = (inspection: StationInspection): ServedInspection => {
  const { outcome, thresholdUsed: threshold } = inspection
  return { ...inspection, verdict: isVerdict(outcome) ? outcome : null, threshold }
}

export function inspectionRoutes(app: App, { records }: Context): void {
  const { inspections } = records

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
    ...{ method: 'GET', url: '/v1/tallies', config },
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
    ...{ method: 'GET', url: '/v1/scores', config },
    schema: {
      ...{ tags, summary: 'Score, outcome and label, newest first: for histograms and what-if' },
      querystring: filterQuerySchema.extend({
        limit: z.coerce.number().int().min(1).max(100_000).default(10_000),
      }),
      response: { 200: z.array(scoredPartSchema) },
    },
    async handler({ query: { limit, ...filter } }, reply) {
      return sendJson(reply, await inspections.scoresJson(filter, limit))
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/facets', config },
    schema: {
      ...{ tags, summary: 'Lots, cameras, kinds of defects and models that occur' },
      response: { 200: facetsSchema },
    },
    handler: () => inspections.facets(),
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
}
