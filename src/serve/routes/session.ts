/** `/v1/session`: the page exchanges a token for a cookie, since event streams cannot send a header. */
import { z } from 'zod'
import { problemSchema } from '../../wire/serve/problem.ts'
import { sessionSchema } from '../../wire/serve/session.ts'
import type { Context } from '../context.ts'
import { refused } from '../problem.ts'
import type { App } from '../schemas.ts'
import { sessionCookie, sessionSeconds } from '../security/session.ts'

export function sessionRoutes(app: App, { access, log }: Context, isTls: boolean): void {
  const { tokens, sessions, now } = access
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isTls ? '; Secure' : ''}`
  const tags = ['session']
  app.route({
    method: 'POST',
    url: '/v1/session',
    config: { role: 'none', rateLimit: { max: 10, timeWindow: 60_000 } },
    schema: {
      ...{ tags, summary: 'Sign in with a token; the answer sets a cookie' },
      body: z.strictObject({ token: z.string().min(1).max(512) }),
      response: { 200: sessionSchema, 401: problemSchema, 429: problemSchema },
    },
    async handler(request, reply) {
      if (tokens === null) return { name: 'local', role: 'admin' as const, needsToken: false }
      const person = tokens.find(request.body.token)
      if (person === undefined) {
        log.warn({ requestId: request.id }, 'sign-in with a token that is not known')
        throw refused(401, 'UNKNOWN', 'the token is not known')
      }
      const value = sessions.begin(person.tokenId, now())
      reply.header('set-cookie', `${sessionCookie}=${value}; Max-Age=${sessionSeconds}; ${attributes}`)
      return { name: person.name, role: person.role, needsToken: true }
    },
  })
  app.route({
    method: 'GET',
    url: '/v1/session',
    config: { role: 'inspect' },
    schema: { tags, summary: 'Who one is', response: { 200: sessionSchema, 401: problemSchema } },
    handler: async ({ person: { name, role } }) => ({ name, role, needsToken: tokens !== null }),
  })
  app.route({
    method: 'DELETE',
    url: '/v1/session',
    config: { role: 'none' },
    schema: { tags, summary: 'Sign out', response: { 204: z.null() } },
    async handler(_request, reply) {
      return reply.header('set-cookie', `${sessionCookie}=; Max-Age=0; ${attributes}`).code(204).send(null)
    },
  })
}
