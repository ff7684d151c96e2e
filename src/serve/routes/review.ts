/** People and parts: corrections and taking them back, the review queue, masks, second opinions, the sampling rule. */
import { z } from 'zod'
import { problemSchema } from '../../wire/serve/problem.ts'
import {
  correctionBodySchema,
  filterQuerySchema,
  inspectionParamsSchema,
  reasonBodySchema,
  servedInspectionSchema,
} from '../../wire/serve/records.ts'
import { hashSchema } from '../../wire/station/basics.ts'
import { correctionSchema } from '../../wire/station/correction.ts'
import { countSchema } from '../../wire/station/query.ts'
import {
  claimResultSchema,
  samplingRuleInForceSchema,
  samplingRuleSchema,
} from '../../wire/station/review.ts'
import type { Context } from '../context.ts'
import { notFound, refused } from '../problem.ts'
import type { App } from '../schemas.ts'
import { served } from './inspections.ts'

const config = { role: 'review' } as const
const tags = ['review']

export function reviewRoutes(app: App, context: Context): void {
  const { records, events, now } = context
  const { review, files } = records
  const at = (): string => now().toISOString()

  app.route({
    ...{ method: 'GET', url: '/v1/inspections/:id/corrections', config },
    schema: {
      ...{
        tags,
        summary: 'All that was said about a part, also what was taken back',
        params: inspectionParamsSchema,
      },
      response: { 200: z.array(correctionSchema) },
    },
    handler: async ({ params: { id } }) => [...(await review.corrections(id))],
  })
  app.route({
    ...{ method: 'POST', url: '/v1/inspections/:id/corrections', config },
    schema: {
      ...{ tags, summary: 'Say what a part is', params: inspectionParamsSchema, body: correctionBodySchema },
      response: { 201: correctionSchema, 404: problemSchema, 409: problemSchema },
    },
    async handler({ params: { id }, body, person }, reply) {
      if ((await records.inspections.find(id)) === undefined) throw notFound(`inspection ${id}`)
      const result = await review.correct({ inspection: id, by: person.name, ...body })
      if (!result.ok) throw refused(409, refusals[result.reason], words[result.reason])
      const { correction } = result
      events.tell({ kind: 'correction', at: at(), correction })
      return reply.code(201).send(correction)
    },
  })
  app.route({
    ...{ method: 'DELETE', url: '/v1/corrections/:id', config },
    schema: {
      ...{ tags, summary: 'Take a correction back' },
      params: z.strictObject({ id: z.coerce.number().int().positive() }),
      response: { 200: correctionSchema, 404: problemSchema },
    },
    async handler({ params: { id }, person }) {
      const correction = await review.undo(id, person.name)
      if (correction === undefined) throw notFound(`correction ${id} that stands`)
      events.tell({ kind: 'correction', at: at(), correction })
      return correction
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/review', config },
    schema: {
      ...{ tags, summary: 'What waits to be looked at' },
      querystring: filterQuerySchema.extend({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
      response: { 200: z.strictObject({ inspections: z.array(servedInspectionSchema), open: countSchema }) },
    },
    async handler({ query: { limit, ...filter }, person }) {
      const open = await review.open({ filter, by: person.name, limit })
      return { inspections: open.map(served), open: await review.openCount() }
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/review/count', config },
    schema: { tags, summary: 'How many parts wait to be looked at', response: { 200: countSchema } },
    handler: () => review.openCount(),
  })
  app.route({
    ...{ method: 'POST', url: '/v1/review/next', config },
    schema: {
      ...{ tags, summary: 'The next part, claimed, or null: two people never get the same one' },
      querystring: filterQuerySchema,
      response: { 200: servedInspectionSchema.nullable() },
    },
    async handler({ query, person }) {
      const found = await review.claimNext(person.name, query)
      if (found === undefined) return null
      events.tell({ kind: 'claim', at: at(), inspection: found.id, claim: found.review?.claim ?? null })
      return served(found)
    },
  })
  app.route({
    ...{ method: 'POST', url: '/v1/inspections/:id/claim', config },
    schema: {
      ...{ tags, summary: 'Claim a part, or hold it longer', params: inspectionParamsSchema },
      response: { 200: claimResultSchema },
    },
    async handler({ params: { id }, person }) {
      const result = await review.claim(id, person.name)
      if (result.ok) events.tell({ kind: 'claim', at: at(), inspection: id, claim: result.claim })
      return result
    },
  })
  app.route({
    ...{ method: 'DELETE', url: '/v1/inspections/:id/claim', config },
    schema: {
      ...{ tags, summary: 'Give a claimed part back', params: inspectionParamsSchema },
      response: { 200: z.strictObject({ released: z.boolean() }) },
    },
    async handler({ params: { id }, person }) {
      const released = await review.release(id, person.name)
      if (released) events.tell({ kind: 'claim', at: at(), inspection: id, claim: null })
      return { released }
    },
  })
  app.route({
    ...{ method: 'POST', url: '/v1/inspections/:id/second-opinion', config },
    schema: {
      ...{
        tags,
        summary: 'Ask somebody else to look',
        params: inspectionParamsSchema,
        body: reasonBodySchema,
      },
      response: { 200: z.strictObject({ asked: z.literal(true) }), 409: problemSchema },
    },
    async handler({ params: { id }, body: { why }, person }) {
      if (!(await review.askSecondOpinion(id, person.name, why)))
        throw refused(409, 'NOT_DECIDED', 'nobody has decided about this part yet')
      return { asked: true as const }
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/review/rules', config },
    schema: {
      ...{ tags, summary: 'By which rule parts are chosen for review, now and before' },
      response: { 200: z.array(samplingRuleInForceSchema) },
    },
    handler: async () => [...(await review.samplingRules())],
  })
  app.route({
    ...{ method: 'POST', url: '/v1/review/rules' },
    config: { role: 'admin' },
    schema: {
      ...{ tags, summary: 'Another rule, for parts to come', body: samplingRuleSchema },
      response: { 200: samplingRuleInForceSchema },
    },
    async handler({ body, person }) {
      return review.setSamplingRule(body, person.name)
    },
  })
  app.route({
    ...{ method: 'POST', url: '/v1/masks', bodyLimit: 16 * 2 ** 20 },
    config: { ...config, otherBodies: { 'image/png': { schema: { type: 'string', format: 'binary' } } } },
    schema: {
      ...{ tags, summary: 'A mask that was painted, as PNG; name it in a correction' },
      response: { 201: z.strictObject({ hash: hashSchema }), 422: problemSchema },
    },
    async handler({ body }, reply) {
      if (!(body instanceof Uint8Array)) throw refused(400, 'NO_PICTURE', 'expected a PNG as the body')
      return reply.code(201).send({ hash: await files.saveMask(body) })
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/masks/:hash' },
    config: { ...config, produces: 'image/png' },
    schema: { tags, summary: 'A mask', params: z.strictObject({ hash: hashSchema }) },
    async handler({ params: { hash } }, reply) {
      const mask = await files.mask(hash)
      if (mask === undefined) throw notFound('such mask')
      return reply.type('image/png').send(Buffer.from(mask))
    },
  })
}

const refusals = {
  claimed: 'CLAIMED',
  decided: 'DECIDED',
  'own-decision': 'OWN_DECISION',
  unknown: 'UNKNOWN',
} as const

const words = {
  claimed: 'somebody else is looking at this part',
  decided: 'somebody else has decided about this part',
  'own-decision': 'a second opinion takes a second person',
  unknown: 'there is no such part',
} as const
