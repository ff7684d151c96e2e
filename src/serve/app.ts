/** The station as an HTTP application, without listening: limits, access, headers, errors and the routes. */
import { randomUUID } from 'node:crypto'
import fastifyMultipart from '@fastify/multipart'
import fastifyRateLimit from '@fastify/rate-limit'
import fastifySwagger from '@fastify/swagger'
import fastify, { type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { version } from '../version.ts'
import type { Context } from './context.ts'
import type { InspectPart } from './inspection/inspect-part.ts'
import { mostPictures, pictureTypes } from './inspection/read-body.ts'
import { rememberMethods } from './methods.ts'
import { createPictureMaker } from './pictures/picture-maker.ts'
import { notFound, type ProblemError, problemFacts, problemOf, wrongMethod } from './problem.ts'
import { docsRoutes } from './routes/docs.ts'
import { driftRoutes } from './routes/drift.ts'
import { eventRoutes } from './routes/events.ts'
import { healthRoutes } from './routes/health.ts'
import { inspectRoutes } from './routes/inspect.ts'
import { inspectionRoutes } from './routes/inspections.ts'
import { jobRoutes } from './routes/jobs.ts'
import { keptImageRoutes } from './routes/kept-images.ts'
import { modelRoutes } from './routes/models.ts'
import { pageRoutes } from './routes/page.ts'
import { reviewRoutes } from './routes/review.ts'
import { runRoutes } from './routes/runs.ts'
import { sessionRoutes } from './routes/session.ts'
import { similarRoutes } from './routes/similar.ts'
import { thresholdRoutes } from './routes/thresholds.ts'
import { upkeepRoutes } from './routes/upkeep.ts'
import { type App, answerByZod, toOpenApi, validateByZod } from './schemas.ts'
import { checkAccess, nobody } from './security/access.ts'
import { setSecurityHeaders } from './security/headers.ts'

export interface AppOptions {
  /** PEM texts; null for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** Requests a minute of one address. */
  readonly ratePerMinute: number
}

const jsonBytes = 1 << 20
/** For a whole request to arrive; slower clients are cut off. */
const requestMs = 30_000

export async function createApp(
  context: Context,
  inspectPart: InspectPart,
  { tls, ratePerMinute }: AppOptions,
): Promise<App> {
  const server = fastify({
    ...(tls !== null && { https: { cert: tls.cert, key: tls.key } }),
    loggerInstance: context.log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: jsonBytes,
    requestTimeout: requestMs,
    connectionTimeout: 2 * requestMs,
    keepAliveTimeout: 72_000,
    maxRequestsPerSocket: 0,
    http: { connectionsCheckingInterval: 2000, headersTimeout: 10_000, maxHeaderSize: 16_384 },
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: false },
    exposeHeadRoutes: false,
  })
  const app = server.setValidatorCompiler(validateByZod).setSerializerCompiler(answerByZod) as unknown as App
  app.decorateRequest('person')
  const methodsOf = rememberMethods(app)
  app.addHook('onRequest', async (request, reply) => {
    setSecurityHeaders(reply, tls !== null)
    reply.header('x-request-id', request.id)
    request.person = nobody
    if (request.is404) throw notTaken(request, methodsOf)
    request.person = checkAccess(request, context.access)
  })
  app.addHook('onResponse', async (request, reply) => logRequest(context, request, reply))
  app.setErrorHandler((error, request, reply) => answerError(context, error, request, reply))
  app.addContentTypeParser([...pictureTypes], { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )

  await app.register(fastifyRateLimit, { max: ratePerMinute, timeWindow: 60_000 })
  await app.register(fastifyMultipart, {
    limits: { fileSize: context.limits.bodyBytes, files: mostPictures, headerPairs: 50 },
    throwFileSizeLimit: true,
  })
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Plumbline station',
        version,
        description: 'Verdicts on photographs of parts. Errors are problem documents of RFC 9457.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      ...(context.access.tokens !== null && { security: [{ token: [] }] }),
    },
    transform: toOpenApi as never,
  })
  const pictures = createPictureMaker()
  app.addHook('onClose', () => pictures.close())
  await app.register(async (scope) => {
    const routes = scope as unknown as App
    healthRoutes(routes, context)
    inspectRoutes(routes, context, inspectPart)
    modelRoutes(routes, context)
    inspectionRoutes(routes, context)
    keptImageRoutes(routes, context, pictures)
    similarRoutes(routes, context)
    reviewRoutes(routes, context)
    thresholdRoutes(routes, context)
    eventRoutes(routes, context)
    runRoutes(routes, context.runs, pictures)
    upkeepRoutes(routes, context)
    driftRoutes(routes, context)
    jobRoutes(routes, context)
    sessionRoutes(routes, context, tls !== null)
    docsRoutes(routes)
    pageRoutes(routes)
  })
  await app.ready()
  return app
}

/** Before its body is read. */
function notTaken(
  { url, method }: FastifyRequest,
  methodsOf: (path: string) => readonly string[],
): ProblemError {
  const allow = methodsOf(url.split('?', 1)[0] ?? '')
  return allow.length === 0 ? notFound('such address') : wrongMethod(method, allow)
}

function answerError(
  { log }: Context,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const facts = problemFacts(error)
  if (facts.status >= 500 && facts.state !== 'busy' && facts.state !== 'no-model')
    log.error({ requestId: request.id, code: facts.code, stack: stackOf(error) }, 'no answer')
  if (facts.retryAfter !== undefined) reply.header('retry-after', String(facts.retryAfter))
  if (facts.allow !== undefined) reply.header('allow', facts.allow.join(', '))
  if (facts.status === 401) reply.header('www-authenticate', 'Bearer')
  return reply
    .code(facts.status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problemOf(facts, request.id))
}

const stackOf = (error: unknown): string | undefined => (error instanceof Error ? error.stack : undefined)

/** The route and not the address that came: what a client writes there is its own. */
function logRequest({ log, metrics }: Context, request: FastifyRequest, reply: FastifyReply): void {
  const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none')
  const status = reply.statusCode
  metrics.requests.inc({ route, status: String(status) })
  const facts = { requestId: request.id, method: request.method, route, status }
  log.info({ ...facts, ms: Math.round(10 * reply.elapsedTime) / 10, by: request.person.name }, 'request')
}
