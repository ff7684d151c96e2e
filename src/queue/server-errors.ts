/** What a server of queues refuses, in words that say the way out. */
import { InputError, PlumblineError } from '../errors.ts'

interface Told {
  readonly pattern: RegExp
  readonly words: string
}

/** By code or message, of Redis, of PostgreSQL and of the network. */
const told: readonly Told[] = [
  {
    pattern: /WRONGPASS|NOAUTH|invalid password|28P01|28000|password authentication|SASL/i,
    words:
      'refuses the password: give it in the URL, as in redis://:PASSWORD@HOST or postgres://USER:PASSWORD@HOST/DATABASE',
  },
  { pattern: /NOPERM|42501/, words: 'does not let this user do what a queue needs' },
  {
    pattern: /\bOOM\b|maxmemory/,
    words:
      'is full (maxmemory): give it more, or remove old jobs; nothing is lost, and the same command goes on',
  },
  {
    pattern: /53100|could not extend file|No space left/i,
    words: 'has no room left on its disk: make room there; nothing is lost, and the same command goes on',
  },
  {
    pattern: /53300|too many (clients|connections)|max number of clients/i,
    words: 'has too many connections already: raise its limit, or start fewer workers',
  },
  { pattern: /3D000/, words: 'has no such database' },
  { pattern: /READONLY|MISCONF|25006/, words: 'cannot write: it is a replica, or its disk fails' },
  {
    pattern: /ECONNRESET|EPIPE|DENIED Redis/,
    words:
      'ends the connection at once: a Redis without a password takes none from other machines (protected mode), so give it one; or it starts or stops just now',
  },
  {
    pattern: /ECONNREFUSED|ENOENT|Connection (is closed|terminated)|max retries per request/i,
    words: 'cannot be reached: nothing answers there',
  },
  {
    pattern: /ETIMEDOUT|timeout|EHOSTUNREACH|ENETUNREACH/i,
    words: 'cannot be reached: no answer within five seconds',
  },
  { pattern: /ENOTFOUND|EAI_AGAIN/, words: 'cannot be reached: there is no such host' },
]

/** @returns An error that names the server; ours, and those of which nothing is known, as they are. */
export function serverError(place: string, thrown: unknown): unknown {
  if (thrown instanceof PlumblineError || !(thrown instanceof Error)) return thrown
  const found = told.find(({ pattern }) => pattern.test(textOf(thrown)))
  return found === undefined ? thrown : new InputError(place, found.words, { cause: thrown })
}

/** Whether the same may work in a moment: the network, or a server that starts again. */
export function isPassing(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|Connection|retries|LOADING|57P0|ENOENT|ENOTCONN|timeout|terminat/i.test(
      textOf(thrown),
    )
  )
}

function textOf(error: Error): string {
  const { code, errors } = error as Error & { code?: string; errors?: readonly Error[] }
  return [code, error.message, ...(errors ?? []).map(textOf)].join(' ')
}
