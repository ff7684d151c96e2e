/**
 * Pictures that may change behind their address. A browser keeps them and asks each time whether they still hold; a tag of what they
 * are made from answers that without making them.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sha256 } from '../../files/hash.ts'

export interface Tag {
  /** The one who asks has just this one. */
  readonly isHeld: boolean
  readonly headers: { readonly etag: string; readonly 'cache-control': string }
}

/** @param parts - All that decides about the bytes of the answer. */
export function tagOf({ headers }: FastifyRequest, parts: readonly unknown[]): Tag {
  // weak: what is made from the same may differ in its bytes with another version of the program
  const etag = `W/"${sha256(JSON.stringify(parts)).slice(0, 32)}"`
  const held = (headers['if-none-match'] ?? '').split(',').map((each) => each.trim())
  return { isHeld: held.includes(etag), headers: { etag, 'cache-control': 'private, no-cache' } }
}

export const stillHolds = (reply: FastifyReply, { headers }: Tag): FastifyReply =>
  reply.code(304).headers(headers).send()
