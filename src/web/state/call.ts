/** Requests to the station. What it answers is of the schemas in `wire/`: the server checks that, the page believes it. */
import { signal } from '@preact/signals'
import type { Problem } from '../../wire/serve/problem.ts'

/** `unknown` until the station was asked; `out` where it wants to know who asks. */
export const access = signal<'unknown' | 'in' | 'out'>('unknown')
/** False while the station does not answer. */
export const reachable = signal(true)

/** The station said no, in words for a person. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  constructor(problem: Pick<Problem, 'status' | 'detail' | 'code'>) {
    super(problem.detail)
    this.name = 'Refusal'
    this.status = problem.status
    this.code = problem.code
  }
}

/** The station does not answer: nothing was done, or nobody knows. */
export class Unreachable extends Error {
  constructor() {
    super('the station does not answer')
    this.name = 'Unreachable'
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** Relative, so that the page works behind a proxy that gives it another root. */
export function addressOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return search.size === 0 ? path : `${path}?${search}`
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly query?: Query
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: BodyInit
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** A status besides those of success that comes with the answer too. */
  readonly accept?: number
}

/** What a question that can be taken back is given. */
export type By = Pick<Call, 'signal'>

/**
 * @param path - Without a slash before it: `v1/inspections`.
 * @throws {Refusal} The station said no. @throws {Unreachable} It said nothing. @throws {DOMException} The signal fired.
 */
export async function call<Answer>(
  path: string,
  { method = 'GET', query, json, body, headers, signal, accept }: Call = {},
): Promise<Answer> {
  const response = await send(addressOf(path, query), {
    method,
    headers: { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  })
  if (!response.ok && response.status !== accept) throw await refusalOf(response)
  return (response.status === 204 ? undefined : await response.json()) as Answer
}

async function send(address: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(address, { ...init, credentials: 'same-origin' })
    reachable.value = true
    return response
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    reachable.value = false
    throw new Unreachable()
  }
}

async function refusalOf(response: Response): Promise<Refusal> {
  if (response.status === 401) access.value = 'out'
  const problem = (await response.json().catch(() => null)) as Problem | null
  return new Refusal(problem ?? { status: response.status, code: 'HTTP', detail: response.statusText })
}
