/** What a client sends for a verdict: pictures as the body or as files of a form, and what it says about them. */
import type { Multipart } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { type InspectFields, inspectFieldsSchema, inspectHeaders } from '../../wire/serve/inspect.ts'
import { ProblemError, refused } from '../problem.ts'
import { describeIssues } from '../schemas.ts'
import { type SentPicture, sentPicture } from './open-picture.ts'

export interface SentPart {
  /** At least one. */
  readonly pictures: readonly SentPicture[]
  readonly fields: InspectFields
}

/** Pictures of one part in one request. */
export const mostPictures = 32
const mostFields = 16

/** @throws {ProblemError} 400: no picture, or fields that are not understood. Errors of the form parser carry their own status. */
export async function readSentPart(request: FastifyRequest): Promise<SentPart> {
  const said: Record<string, unknown> = { ...(request.query as object) }
  for (const [header, field] of Object.entries(inspectHeaders)) {
    const value = request.headers[header]
    if (typeof value === 'string') add(said, field, value)
  }
  const pictures: SentPicture[] = []
  if (request.isMultipart()) {
    const limits = { files: mostPictures, fields: mostFields, fieldSize: 1000, fieldNameSize: 100 }
    for await (const part of formParts(request, { ...limits, parts: mostPictures + mostFields })) {
      if (part.type === 'file') pictures.push(sentPicture(await wholeForm(part.toBuffer())))
      else add(said, part.fieldname, part.value)
    }
  } else if (request.body instanceof Uint8Array) {
    pictures.push(sentPicture(request.body))
  }
  if (pictures.length === 0)
    throw refused(400, 'NO_PICTURE', 'expected a picture as the body, or as files of a multipart form')
  const parsed = inspectFieldsSchema.safeParse(said)
  if (!parsed.success) throw refused(400, 'USAGE', describeIssues(parsed.error, 'fields'))
  return { pictures, fields: parsed.data }
}

async function* formParts(
  request: FastifyRequest,
  limits: NonNullable<Parameters<FastifyRequest['parts']>[0]>['limits'],
): AsyncGenerator<Multipart> {
  const parts = request.parts({ ...(limits && { limits }) })[Symbol.asyncIterator]()
  for (let next = await wholeForm(parts.next()); !next.done; next = await wholeForm(parts.next()))
    yield next.value
}

/** A form that breaks off, or is none, is the client's mistake; what has a status of its own keeps it. */
async function wholeForm<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Error && ('statusCode' in error || error instanceof ProblemError)) throw error
    throw refused(400, 'FORM', 'the multipart form is not whole')
  }
}

/** @throws {ProblemError} Two places say different things. */
function add(said: Record<string, unknown>, field: string, value: unknown): void {
  if (Object.hasOwn(said, field) && said[field] !== value)
    throw refused(400, 'USAGE', 'fields: the same field is named twice with different values')
  Object.defineProperty(said, field, { value, enumerable: true, configurable: true, writable: true })
}

export const pictureTypes = [
  'image/jpeg',
  'image/png',
  'image/tiff',
  'image/bmp',
  'image/x-ms-bmp',
  'image/webp',
  'image/x-portable-anymap',
  'application/octet-stream',
] as const
