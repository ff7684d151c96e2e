/** Whether the station lives, whether it can judge, and its figures for Prometheus. */

import { version } from '../../version.ts'
import { liveSchema, readinessSchema } from '../../wire/serve/health.ts'
import { watchStateSchema } from '../../wire/serve/watch.ts'
import type { Context } from '../context.ts'
import type { App } from '../schemas.ts'

export function healthRoutes(app: App, { readiness, metrics, watch }: Context): void {
  app.route({
    method: 'GET',
    url: '/health/live',
    config: { role: 'none' },
    schema: { tags: ['health'], summary: 'The process answers', response: { 200: liveSchema } },
    handler: async () => ({ live: true as const, version }),
  })
  app.route({
    method: 'GET',
    url: '/health/ready',
    config: { role: 'none' },
    schema: {
      tags: ['health'],
      summary: 'A model is warm, verdicts are recorded',
      response: { 200: readinessSchema, 503: readinessSchema },
    },
    async handler(_request, reply) {
      const state = readiness()
      return reply.code(state.ready ? 200 : 503).send(state)
    },
  })
  app.route({
    method: 'GET',
    url: '/v1/watch',
    config: { role: 'review' },
    schema: {
      tags: ['health'],
      summary: 'The watched folder; null where there is none',
      response: { 200: watchStateSchema.nullable() },
    },
    handler: async () => watch(),
  })
  app.route({
    method: 'GET',
    url: '/metrics',
    config: { role: 'inspect', produces: 'text/plain' },
    schema: { tags: ['health'], summary: 'Figures for Prometheus' },
    async handler(_request, reply) {
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
    },
  })
}
