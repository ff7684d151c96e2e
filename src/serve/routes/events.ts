/** `GET /v1/events`: what happens at the station, as it happens (server-sent events). */
import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { NumberedEvent } from '../events/event-hub.ts'
import { ProblemError } from '../problem.ts'
import type { App } from '../schemas.ts'

/** Streams at once; each holds a connection. */
const mostStreams = 64
/** A reader that falls behind by so many bytes is cut off: it asks again from where it was. */
const mostBuffered = 1 << 20
const heartbeatMs = 15_000

export function eventRoutes(app: App, { events, log }: Context): void {
  const streams = new Set<ServerResponse>()
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.end()
  })
  app.route({
    method: 'GET',
    url: '/v1/events',
    config: { role: 'review', produces: 'text/event-stream' },
    schema: {
      ...{ tags: ['events'], summary: 'What happens, as it happens (server-sent events)' },
      description:
        'The data of each event is a document whose `kind` says what it is. Whoever was cut off sends `Last-Event-ID`; where what was missed is no longer known, the first is of kind `gap`: read everything anew.',
      querystring: z.strictObject({ kinds: z.string().max(200).optional() }),
    },
    async handler(request, reply) {
      if (streams.size >= mostStreams)
        throw new ProblemError({
          ...{ status: 503, code: 'STREAMS', retryAfter: 10 },
          detail: `${mostStreams} streams are open already`,
        })
      const kinds = request.query.kinds?.split(',')
      const last = Number(request.headers['last-event-id'] ?? events.last)
      reply.hijack()
      const { raw } = reply
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        ...{ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
      })
      streams.add(raw)
      const write = (text: string): void => {
        if (raw.writableLength > mostBuffered) raw.destroy()
        else raw.write(text)
      }
      const send = ({ seq, event }: NumberedEvent): void => {
        if (kinds === undefined || kinds.includes(event.kind))
          write(`id: ${seq}\ndata: ${JSON.stringify(event)}\n\n`)
      }
      write('retry: 2000\n\n')
      const missed = Number.isSafeInteger(last) ? events.since(last) : undefined
      if (missed === undefined) write(`id: ${events.last}\ndata: {"kind":"gap"}\n\n`)
      else missed.forEach(send)
      const stop = events.listen(send)
      const heart = setInterval(() => write(': still here\n\n'), heartbeatMs)
      raw.once('close', () => {
        stop()
        clearInterval(heart)
        streams.delete(raw)
        log.info({ requestId: request.id }, 'stream closed')
      })
    },
  })
}
