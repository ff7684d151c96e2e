/** `POST /v1/inspect`: a verdict on a part, or a reason why there is none. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { mustGet } from '../../present.ts'
import { newInspectionId } from '../../records/new-id.ts'
import { inspectAnswerSchema, inspectFieldsSchema, inspectHeaders } from '../../wire/serve/inspect.ts'
import { problemSchema } from '../../wire/serve/problem.ts'
import { nameSchema } from '../../wire/station/basics.ts'
import type { Context } from '../context.ts'
import { type Deadline, startDeadline } from '../inspection/deadline.ts'
import type { InspectPart } from '../inspection/inspect-part.ts'
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

const headersSchema = z.looseObject(
  Object.fromEntries(Object.keys(inspectHeaders).map((header) => [header, z.string().optional()])),
)

interface Admission {
  readonly since: number
  readonly deadline: Deadline
}

/** Who may not ask sends no part. */
const noParts = [401, 403]

export function inspectRoutes(app: App, context: Context, inspectPart: InspectPart): void {
  const { line, limits, metrics, outputs, now } = context
  const admitted = new WeakMap<FastifyRequest, Admission>()
  /** Of these the line is told by their record, or by the lack of one. */
  const noted = new WeakSet<FastifyRequest>()

  /** Before a byte of the body is read: a full line is said at once. */
  const enter = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const since = performance.now()
    const length = Number(request.headers['content-length'] ?? limits.bodyBytes)
    const leave = line.enter(Number.isFinite(length) ? Math.min(length, limits.bodyBytes) : limits.bodyBytes)
    const deadline = startDeadline(limits.verdictMs)
    admitted.set(request, { since, deadline })
    reply.raw.once('close', () => {
      leave()
      deadline.end()
      if (!reply.raw.writableFinished) deadline.abandon()
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
    async onError(request, _reply, error) {
      const { state = 'failed', status = 500 } = error instanceof ProblemError ? error.facts : {}
      metrics.refusals.inc({ state })
      if (outputs === null || noted.has(request) || noParts.includes(status)) return
      const time = now()
      const { part, lot, camera } = namesOf(request)
      const reason = error.message
      outputs.tellTurnedAway({ id: newInspectionId(time), time, outcome: state, reason, part, lot, camera })
    },
    async handler(request) {
      const { deadline, since } = mustGet(admitted, request)
      const sent = await deadline.race(readSentPart(request))
      noted.add(request)
      return inspectPart(sent, { source: 'http', deadline, since })
    },
  })
}

/** What a request calls its part before its body is read; a name that is none is left out. */
function namesOf({ headers, query }: FastifyRequest) {
  const asked = query as Readonly<Record<string, unknown>>
  const name = (field: string, header: string): string | null => {
    const parsed = nameSchema.safeParse(asked[field] ?? headers[header])
    return parsed.success ? parsed.data : null
  }
  return { part: name('part', 'x-part-id'), lot: name('lot', 'x-lot'), camera: name('camera', 'x-camera') }
}
