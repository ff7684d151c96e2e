/**
 * Who asks, and whether he may. With tokens: by header, or by the page's cookie. Without: only on the loopback address, and only where
 * the request's own words say that it was meant for this machine, so that no web page elsewhere can ask in a visitor's name.
 */
import type { FastifyRequest } from 'fastify'
import type { Role } from '../../wire/serve/roles.ts'
import { nameSchema } from '../../wire/station/basics.ts'
import { type ProblemError, refused } from '../problem.ts'
import { findCookie, type Sessions, sessionCookie } from './session.ts'
import { mayDo, type Person, type Tokens } from './tokens.ts'

export interface AccessOptions {
  /** Null where anybody on this machine may do anything. */
  readonly tokens: Tokens | null
  readonly sessions: Sessions
  readonly now: () => Date
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Least role; `none` for what everybody may see. */
    readonly role?: Role | 'none'
  }
  interface FastifyRequest {
    person: Person
  }
}

const local: Person = { name: 'local', role: 'admin', tokenId: '' }
export const nobody: Person = { name: 'nobody', role: 'inspect', tokenId: '' }

/** @throws {ProblemError} 401 or 403. */
export function checkAccess(request: FastifyRequest, options: AccessOptions): Person {
  const { tokens } = options
  const role = request.routeOptions.config.role ?? 'admin'
  if (tokens === null) refuseForeignHost(request)
  refuseForeignOrigin(request)
  if (role === 'none') return nobody
  const person = tokens === null ? localPerson(request) : whoAsks(request, tokens, options)
  if (mayDo(person, role)) return person
  throw refused(403, 'ROLE', `this takes the role ${role}; the token has ${person.role}`)
}

/** Without tokens people may say who they are, so that two of them at one machine do not clash; it gives no rights. */
function localPerson({ headers }: FastifyRequest): Person {
  const said = headers['x-person']
  if (said === undefined) return local
  const name = nameSchema.safeParse(said)
  if (!name.success) throw refused(400, 'USAGE', 'headers: x-person: expected a name of up to 200 characters')
  return { ...local, name: name.data }
}

function whoAsks(request: FastifyRequest, tokens: Tokens, { sessions, now }: AccessOptions): Person {
  const { authorization, cookie } = request.headers
  if (authorization !== undefined) {
    const [, token] = /^Bearer\s+(\S{1,512})$/i.exec(authorization) ?? []
    const person = token === undefined ? undefined : tokens.find(token)
    if (person) return person
    throw unknown('the token is not known')
  }
  const session = findCookie(cookie, sessionCookie)
  if (session === undefined) throw unknown('expected the header "Authorization: Bearer TOKEN"')
  const tokenId = sessions.check(session, now())
  const person = tokenId === undefined ? undefined : tokens.byId(tokenId)
  if (person) return person
  throw unknown('the session is over: sign in again')
}

const unknown = (detail: string): ProblemError => refused(401, 'UNKNOWN', detail)

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i

/** Against names that are made to lead here (DNS rebinding). @throws {ProblemError} 403. */
function refuseForeignHost({ headers: { host } }: FastifyRequest): void {
  if (host !== undefined && loopback.test(host)) return
  throw refused(403, 'HOST', 'without tokens the station answers only to localhost and 127.0.0.1')
}

/** Browsers say where a request comes from; a page of another place may not ask in its visitor's name. @throws {ProblemError} 403. */
function refuseForeignOrigin({ headers, method }: FastifyRequest): void {
  const { origin, host, 'sec-fetch-site': site } = headers
  const isForeign = origin !== undefined && hostOf(origin) !== host
  const isCross = origin === undefined && site === 'cross-site' && method !== 'GET' && method !== 'HEAD'
  if (isForeign || isCross) throw refused(403, 'ORIGIN', 'the request comes from a page of another address')
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
