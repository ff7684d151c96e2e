/** Answers whose JSON text was made elsewhere, from what the schemas were held against when it was recorded: handed on as they are. */
import type { FastifyReply } from 'fastify'

export const sendJson = (reply: Pick<FastifyReply, 'type'>, text: Uint8Array): FastifyReply =>
  reply
    .type('application/json; charset=utf-8')
    .send(Buffer.from(text.buffer, text.byteOffset, text.byteLength))
