/** Schemas of `wire/` as what Fastify validates by, what it answers by, and what the OpenAPI document says: one source. */
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifySchema,
  FastifySchemaCompiler,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import { z } from 'zod'

/** Types of a route follow from its schemas. */
export interface ZodTypes extends FastifyTypeProvider {
  readonly validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown
  readonly serializer: this['schema'] extends z.ZodType ? z.input<this['schema']> : unknown
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypes
>

/** What of a request a schema is for, as in messages. */
const places: Readonly<Record<string, string>> = {
  querystring: 'query',
  params: 'path',
  body: 'body',
  headers: 'headers',
}

export const validateByZod: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart = 'body' }) => {
  return (data) => {
    const parsed = schema.safeParse(data)
    if (parsed.success) return { value: parsed.data }
    return { error: new InvalidRequest(describeIssues(parsed.error, places[httpPart] ?? httpPart)) }
  }
}

/** Its message is made of names of fields and of what was expected. */
class InvalidRequest extends Error {
  readonly statusCode = 400
  readonly code = 'USAGE'
}

/** Every mistake, `query: threshold: expected number`; nothing of the values that came. */
export function describeIssues({ issues }: z.ZodError, place: string): string {
  return issues
    .slice(0, 10)
    .map(({ path, message }) => [place, ...path.map(String), message].join(': '))
    .join('; ')
}

/** An answer that is not of its schema is a bug, and is not sent. */
export const answerByZod = ({ schema }: { readonly schema: unknown }): ((data: unknown) => string) => {
  if (schema instanceof z.ZodType) return (data) => JSON.stringify(schema.parse(data))
  return (data) => JSON.stringify(data)
}

/** Bodies that are no JSON, for the document: media type to what it holds. */
export type OtherBodies = Readonly<Record<string, { readonly schema: object; readonly description?: string }>>

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly otherBodies?: OtherBodies
    /** Media type of the answer, where it is no JSON. */
    readonly produces?: string
  }
}

const parts = ['body', 'querystring', 'params', 'headers'] as const

/** For `@fastify/swagger`: the schemas of a route as JSON Schema. */
export function toOpenApi({
  schema,
  url,
  route,
}: {
  readonly schema: FastifySchema
  readonly url: string
  readonly route: { readonly config?: { readonly otherBodies?: OtherBodies } }
}): { schema: FastifySchema; url: string } {
  const shown: Record<string, unknown> = { ...schema }
  for (const part of parts) {
    const own = schema?.[part]
    if (own instanceof z.ZodType) shown[part] = jsonSchema(own, 'input')
  }
  const other = route.config?.otherBodies
  if (other !== undefined) shown.body = { content: other }
  if (schema?.response !== undefined) {
    const answers = Object.entries(schema.response as Record<string, unknown>)
    shown.response = Object.fromEntries(
      answers.map(([status, answer]) => [
        status,
        answer instanceof z.ZodType
          ? { description: describe(status), ...jsonSchema(answer, 'output') }
          : answer,
      ]),
    )
  }
  return { schema: shown as FastifySchema, url }
}

const describe = (status: string): string => (status.startsWith('2') ? 'Done' : 'Problem document, RFC 9457')

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
