/** `/v1/models`: which there are, which judges, and changing that. */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { compareWithShadow } from '../../evaluate/shadow-comparison.ts'
import { type ModelSwitch, modelSwitchSchema, modelsSchema } from '../../wire/serve/models.ts'
import { problemSchema } from '../../wire/serve/problem.ts'
import { shadowComparisonSchema } from '../../wire/station/shadow-comparison.ts'
import { audited } from '../audited.ts'
import type { Context } from '../context.ts'
import type { App } from '../schemas.ts'

const idSchema = z.strictObject({ id: z.string().min(1).max(200) })
/** Of the latest parts that both judged. */
const mostPairs = 20_000
const switched = { 200: modelSwitchSchema, 404: problemSchema, 409: problemSchema }

export function modelRoutes(app: App, context: Context): void {
  const { shelf, log, events, now, records } = context
  const tags = ['models']
  /** The switch stands even where the audit log cannot be written: the log of the station has it then, and the trouble. */
  const told = async (
    { id, person }: FastifyRequest,
    action: string,
    subject: string | null,
    change: () => Promise<ModelSwitch>,
  ): Promise<ModelSwitch> => {
    const before = shelf.inUse()
    const after = await change()
    log.info({ requestId: id, by: person.name, action, ...after }, 'models changed')
    const { active, fingerprint, shadow } = after
    const detail = { from: before.active, to: active, fingerprint, shadow }
    await audited(context, person, action, subject, detail)
    const what = action.startsWith('shadow') ? 'shadow' : 'model'
    const name = (what === 'shadow' ? (shadow ?? before.shadow) : active) ?? 'none'
    events.tell({ kind: 'state', at: now().toISOString(), what, name, state: 'changed', detail: action })
    return after
  }
  app.route({
    method: 'GET',
    url: '/v1/models',
    config: { role: 'inspect' },
    schema: { tags, summary: 'The models that are known, with their cards', response: { 200: modelsSchema } },
    handler: async () => shelf.list(),
  })
  app.route({
    method: 'GET',
    url: '/v1/models/shadow/comparison',
    config: { role: 'review' },
    schema: {
      ...{ tags, summary: 'The model in shadow beside the one that judges, part by part; null without one' },
      response: { 200: shadowComparisonSchema.nullable() },
    },
    async handler() {
      const [active, shadow] = [shelf.lease('active'), shelf.lease('shadow')]
      active?.release()
      shadow?.release()
      if (active === null || shadow === null) return null
      const pairs = await records.inspections.pairs(active.fingerprint, shadow.fingerprint, mostPairs)
      return compareWithShadow(pairs, { active: active.id, shadow: shadow.id })
    },
  })
  app.route({
    method: 'POST',
    url: '/v1/models/:id/activate',
    config: { role: 'admin' },
    schema: {
      ...{ tags, summary: 'Let this model judge', params: idSchema, response: switched },
      description:
        'It is verified, loaded and warmed beside the one that judges, then takes its place; no request is lost. Broken, it changes nothing.',
    },
    handler: async (request) =>
      told(request, 'model.switch', request.params.id, () => shelf.activate(request.params.id)),
  })
  app.route({
    method: 'POST',
    url: '/v1/models/rollback',
    config: { role: 'admin' },
    schema: { tags, summary: 'Back to the model that judged before', response: switched },
    handler: async (request) => told(request, 'model.roll-back', null, () => shelf.rollBack()),
  })
  app.route({
    method: 'POST',
    url: '/v1/models/:id/shadow',
    config: { role: 'admin' },
    schema: {
      ...{ tags, summary: 'Let this model judge in shadow', params: idSchema, response: switched },
      description: 'It judges and is recorded like the active one, and never answers.',
    },
    handler: async (request) =>
      told(request, 'shadow.begin', request.params.id, () => shelf.setShadow(request.params.id)),
  })
  app.route({
    method: 'DELETE',
    url: '/v1/models/shadow',
    config: { role: 'admin' },
    schema: { tags, summary: 'No model in shadow', response: switched },
    handler: async (request) => told(request, 'shadow.end', null, () => shelf.setShadow(null)),
  })
}
