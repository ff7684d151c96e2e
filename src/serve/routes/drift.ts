/** Whether the line is still as it was commissioned, and what the model's promise is worth on it. */
import { z } from 'zod'
import { promiseOf } from '../../evaluate/line-promise.ts'
import { problemSchema } from '../../wire/serve/problem.ts'
import { driftPointSchema, driftStatusSchema } from '../../wire/station/drift.ts'
import { promiseSchema } from '../../wire/station/promise.ts'
import { audited } from '../audited.ts'
import type { Context } from '../context.ts'
import { withoutModel } from '../models/shelf.ts'
import type { App } from '../schemas.ts'

const tags = ['drift']
const config = { role: 'review' } as const

export function driftRoutes(app: App, context: Context): void {
  const { shelf, drift, records } = context
  app.route({
    ...{ method: 'GET', url: '/v1/drift', config },
    schema: {
      ...{
        tags,
        summary: 'Evidence that the line has changed since commissioning; null where nothing was judged',
      },
      response: { 200: driftStatusSchema.nullable() },
    },
    async handler() {
      const { fingerprint } = shelf.inUse()
      return fingerprint === null ? null : drift.status(fingerprint)
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/drift/points', config },
    schema: { tags, summary: 'The evidence over time', response: { 200: z.array(driftPointSchema) } },
    async handler() {
      const { fingerprint } = shelf.inUse()
      return fingerprint === null ? [] : [...drift.points(fingerprint)]
    },
  })
  app.route({
    ...{ method: 'POST', url: '/v1/drift/commission', config: { role: 'admin' } },
    schema: {
      ...{ tags, summary: 'Commission again: the next parts become the reference' },
      response: { 200: z.strictObject({ model: z.string() }), 503: problemSchema },
    },
    async handler({ person }) {
      const { active, fingerprint } = shelf.inUse()
      if (active === null || fingerprint === null) throw withoutModel()
      await drift.commission(fingerprint)
      await audited(context, person, 'drift.commission', active, { fingerprint })
      return { model: active }
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/promise', config },
    schema: {
      ...{ tags, summary: "Overkill and escape as people corrected them, beside the model card's figures" },
      querystring: z.strictObject({
        from: z.iso.datetime({ offset: true }).optional(),
        to: z.iso.datetime({ offset: true }).optional(),
      }),
      response: { 200: promiseSchema.nullable() },
    },
    async handler({ query: { from, to } }) {
      const model = shelf.lease('active')
      if (model === null) return null
      try {
        const [start, end] = [momentOf(from), momentOf(to)]
        const strata = await records.inspections.strata(model.fingerprint, start, end)
        const { fingerprint, card } = model
        return promiseOf({ model: fingerprint, from: start, to: end, strata, card: card.evaluated })
      } finally {
        model.release()
      }
    },
  })
}

const momentOf = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text))
