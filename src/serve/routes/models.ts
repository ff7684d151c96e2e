/** `/v1/models`: which there are, which judges, and changing that. */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type ModelSwitch, modelSwitchSchema, modelsSchema } from '../../wire/serve/models.ts'
import { problemSchema } from '../../wire/serve/problem.ts'
import type { Context } from '../context.ts'
import type { App } from '../schemas.ts'

const idSchema = z.strictObject({ id: z.string().min(1).max(200) })
const switched = { 200: modelSwitchSchema, 404: problemSchema, 409: problemSchema }

export function modelRoutes(app: App, { shelf, log }: Context): void {
  const tags = ['models']
  const told = (request: FastifyRequest, action: string, result: ModelSwitch): ModelSwitch => {
    log.info({ requestId: request.id, by: request.person.name, action, ...result }, 'models changed')
    return result
  }
  app.route({
    method: 'GET',
    url: '/v1/models',
    config: { role: 'inspect' },
    schema: { tags, summary: 'The models that are known, with their cards', response: { 200: modelsSchema } },
    handler: async () => shelf.list(),
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
    handler: async (request) => told(request, 'activate', await shelf.activate(request.params.id)),
  })
  app.route({
    method: 'POST',
    url: '/v1/models/rollback',
    config: { role: 'admin' },
    schema: { tags, summary: 'Back to the model that judged before', response: switched },
    handler: async (request) => told(request, 'roll back', await shelf.rollBack()),
  })
  app.route({
    method: 'POST',
    url: '/v1/models/:id/shadow',
    config: { role: 'admin' },
    schema: {
      ...{ tags, summary: 'Let this model judge in shadow', params: idSchema, response: switched },
      description: 'It judges and is recorded like the active one, and never answers.',
    },
    handler: async (request) => told(request, 'shadow', await shelf.setShadow(request.params.id)),
  })
  app.route({
    method: 'DELETE',
    url: '/v1/models/shadow',
    config: { role: 'admin' },
    schema: { tags, summary: 'No model in shadow', response: switched },
    handler: async (request) => told(request, 'no shadow', await shelf.setShadow(null)),
  })
}
