/** `POST /v1/inspect`: a verdict on a part, or a reason why there is none. */
import { randomUUID } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { inspectAnswerSchema, inspectFieldsSchema } from '../../wire/serve/inspect.ts'
import { problemSchema } from '../../wire/serve/problem.ts'
import type { Context } from '../context.ts'
import { inspectPart } from '../inspection/inspect-part.ts'
import { tooLate } from '../inspection/judge.ts'
import { pictureTypes, readSentPart } from '../inspection/read-body.ts'
import { ProblemError } from '../problem.ts'
import type { App, OtherBodies } from '../schemas.ts'

const binary = { schema: { type: 'string', format: 'binary' } }
const bodies: OtherBodies = {
  ...Object.fromEntries(pictureTypes.map((type) => [type, binary])),
  'multipart/form-data': {
    schema: {
      type: 'object',
      description:
        'One file or several, of one part; the fields of the query may be fields of the form instead.',
      properties: { image: { type: 'array', items: { type: 'string', format: 'binary' } } },
    },
  },
}

const headersSchema = z.looseObject({
  'idempotency-key': z.string().optional(),
  'x-part-id': z.string().optional(),
  'x-lot': z.string().optional(),
  'x-camera': z.string().optional(),
  'x-captured-at': z.string().optional(),
})

interface Admission {
  readonly since: number
  readonly leave: () => void
  readonly late: AbortController
  readonly timer: NodeJS.Timeout
}

export function inspectRoutes(app: App, context: Context): void {
  const { line, limits, metrics } = context
  const admitted = new WeakMap<FastifyRequest, Admission>()

  /** Before a byte of the body is read: a full line is said at once. */
  const enter = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const since = performance.now()
    const length = Number(request.headers['content-length'] ?? limits.bodyBytes)
    const leave = line.enter(Number.isFinite(length) ? Math.min(length, limits.bodyBytes) : limits.bodyBytes)
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(tooLate()), limits.verdictMs)
    admitted.set(request, { since, leave, late, timer })
    reply.raw.once('close', () => {
      clearTimeout(timer)
      leave()
      if (!reply.raw.writableFinished) late.abort(gone()) // nobody waits for the answer any more
    })
  }

  app.route({
    method: 'POST',
    url: '/v1/inspect',
    config: { role: 'inspect', otherBodies: bodies },
    schema: {
      tags: ['inspect'],
      summary: 'A verdict on one part',
      description:
        'The body is one picture (JPEG, PNG, TIFF, BMP, WebP), told by its content, or a multipart form with several of one part. ' +
        'Without a verdict the answer is a problem document whose `state` says why: `busy`, `timeout`, `no-model` or `failed`. ' +
        'None of them means that the part is good.',
      querystring: inspectFieldsSchema.partial(),
      headers: headersSchema,
      response: {
        200: inspectAnswerSchema,
        ...Object.fromEntries(
          [400, 401, 403, 409, 413, 415, 422, 429, 500, 503, 504].map((s) => [s, problemSchema]),
        ),
      },
    },
    bodyLimit: limits.bodyBytes,
    onRequest: enter,
    async onError(_request, _reply, error) {
      const { state } = error instanceof ProblemError ? error.facts : {}
      metrics.refusals.inc({ state: state ?? 'failed' })
    },
    async handler(request) {
      const admission = admitted.get(request)
      if (admission === undefined) throw new Error('expected a request that was admitted')
      const { late, since } = admission
      const sent = await inTime(late.signal, readSentPart(request))
      const signal = late.signal
      return await inTime(
        signal,
        inspectPart(sent, context, { source: 'http', signal, since, newId: () => randomUUID() }),
      )
    },
  })
}

/** What is under way cannot always be stopped, but nobody waits for it longer than was said. */
function inTime<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

const gone = (): ProblemError =>
  new ProblemError({ status: 408, code: 'GONE', state: 'failed', detail: 'the client went away' })
