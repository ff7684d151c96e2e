/** Another threshold: proposed with reasons, decided by a person, recorded, and taken back if need be. */
import { z } from 'zod'
import { problemSchema } from '../../wire/serve/problem.ts'
import { operatingPointSchema, proposalSchema } from '../../wire/station/proposal.ts'
import type { Context } from '../context.ts'
import { withoutModel } from '../models/shelf.ts'
import { refused } from '../problem.ts'
import type { App } from '../schemas.ts'

const tags = ['threshold']

const currentSchema = z.strictObject({
  model: z.strictObject({ id: z.string(), fingerprint: z.string() }),
  /** By which the station judges now; null where there is none. */
  used: operatingPointSchema.nullable(),
  /** Of the model's card. */
  card: operatingPointSchema.nullable(),
})

export function thresholdRoutes(app: App, context: Context): void {
  const { records, shelf, thresholds } = context
  const { proposals } = records

  const current = (): z.infer<typeof currentSchema> => {
    const model = shelf.lease('active')
    if (model === null) throw withoutModel()
    model.release()
    const point = (of: ReturnType<typeof thresholds.of>) =>
      of && { threshold: of.threshold, band: of.reviewThreshold }
    return {
      model: { id: model.id, fingerprint: model.fingerprint },
      used: point(thresholds.of(model)),
      card: point(thresholds.ofCard(model)),
    }
  }

  app.route({
    ...{ method: 'GET', url: '/v1/threshold', config: { role: 'review' } },
    schema: {
      tags,
      summary: 'By what the active model judges',
      response: { 200: currentSchema, 503: problemSchema },
    },
    handler: async () => current(),
  })
  app.route({
    ...{ method: 'GET', url: '/v1/proposals', config: { role: 'review' } },
    schema: { tags, summary: 'Proposals for another threshold', response: { 200: z.array(proposalSchema) } },
    handler: async () => [...(await proposals.list(200))],
  })
  app.route({
    ...{ method: 'POST', url: '/v1/proposals', config: { role: 'review' } },
    schema: {
      ...{
        tags,
        summary: 'Propose another threshold for the active model, with the reason and what it rests on',
      },
      body: z.strictObject({
        to: operatingPointSchema.refine(({ threshold, band }) => band === null || band <= threshold, {
          message: 'expected a band that begins at or below the threshold',
        }),
        /** Fingerprint of the model, and the point in force, as the proposer saw them; refused where they are others by now. */
        model: z.string().max(200).optional(),
        from: operatingPointSchema.optional(),
        reason: z.string().min(1).max(2000),
        evidence: z.record(z.string(), z.json()).default({}),
      }),
      response: { 201: proposalSchema, 409: problemSchema },
    },
    async handler({ body, person }, reply) {
      const { model, used } = current()
      const { to, reason, evidence, from = used ?? to } = body
      const isOther = used !== null && (from.threshold !== used.threshold || from.band !== used.band)
      if (isOther || (body.model ?? model.fingerprint) !== model.fingerprint)
        throw refused(409, 'CHANGED', 'model or threshold have changed since: look again')
      const { fingerprint } = model
      const proposal = await proposals.propose({
        by: person.name,
        model: fingerprint,
        from,
        to,
        reason,
        evidence,
      })
      return reply.code(201).send(proposal)
    },
  })
  app.route({
    ...{ method: 'POST', url: '/v1/proposals/:id/decision', config: { role: 'admin' } },
    schema: {
      ...{ tags, summary: 'Accept a proposal, reject it, or take an accepted one back' },
      params: z.strictObject({ id: z.coerce.number().int().positive() }),
      body: z.strictObject({
        decision: z.enum(['accepted', 'rejected', 'rolled-back']),
        why: z.string().min(1).max(2000),
      }),
      response: { 200: proposalSchema, 409: problemSchema },
    },
    async handler({ params: { id }, body: { decision, why }, person }) {
      const decided = await proposals.decide(id, decision, person.name, why)
      if (decided === undefined)
        throw refused(409, 'NOT_OPEN', `proposal ${id} is unknown, or not in a state that allows this`)
      await thresholds.refresh(decided.model)
      context.events.tell({
        ...{
          kind: 'state',
          at: context.now().toISOString(),
          what: 'model',
          name: 'threshold',
          state: 'changed',
        },
        detail: `proposal ${id} ${decision}`,
      })
      return decided
    },
  })
}
