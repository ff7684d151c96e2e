/** The station's own affairs: audit log, exports, letters to the line, what is kept, deleting it by query, backups. */

import { join } from 'node:path'
import { Readable } from 'node:stream'
import { z } from 'zod'
import { outputsStateSchema } from '../../wire/serve/outputs.ts'
import { problemSchema } from '../../wire/serve/problem.ts'
import { filterQuerySchema } from '../../wire/serve/records.ts'
import { auditCheckSchema, auditEntrySchema } from '../../wire/station/audit.ts'
import { nameSchema } from '../../wire/station/basics.ts'
import { letterSchema, letterStates } from '../../wire/station/letter.ts'
import { filterSchema } from '../../wire/station/query.ts'
import { audited } from '../audited.ts'
import type { Context } from '../context.ts'
import { notFound } from '../problem.ts'
import type { App } from '../schemas.ts'

/** Of a folder or file that is made at a client's wish below the data folder: no path can be built of it. */
const folderName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/, 'expected small letters, digits and hyphens')
const review = { role: 'review' } as const
const admin = { role: 'admin' } as const

export function upkeepRoutes(app: App, context: Context): void {
  const { records, outputs, folder } = context

  app.route({
    ...{ method: 'GET', url: '/v1/audit', config: review },
    schema: {
      ...{ tags: ['audit'], summary: 'Who changed what, newest first' },
      querystring: z.strictObject({
        limit: z.coerce.number().int().min(1).max(500).default(100),
        before: z.coerce.number().int().positive().optional(),
      }),
      response: { 200: z.array(auditEntrySchema) },
    },
    handler: async ({ query: { limit, before } }) => [...(await records.audit.list(limit, before))],
  })
  app.route({
    ...{ method: 'GET', url: '/v1/audit/verify', config: review },
    schema: {
      ...{ tags: ['audit'], summary: 'Whether the chain of hashes holds' },
      querystring: z.strictObject({ head: z.string().max(64).optional() }),
      response: { 200: auditCheckSchema },
    },
    handler: ({ query: { head } }) => records.audit.verify(head),
  })
  app.route({
    ...{ method: 'GET', url: '/v1/export.csv' },
    config: { ...review, produces: 'text/csv' },
    schema: { tags: ['exports'], summary: 'Inspections as CSV', querystring: filterQuerySchema },
    async handler({ query }, reply) {
      reply.header('content-disposition', 'attachment; filename="inspections.csv"')
      return reply.type('text/csv; charset=utf-8').send(Readable.from(records.exports.csv(query)))
    },
  })
  app.route({
    ...{ method: 'POST', url: '/v1/manifests', config: admin },
    schema: {
      ...{
        tags: ['exports'],
        summary: 'A dataset of what people decided: a manifest in the data folder, for jobs',
      },
      body: z.strictObject({ name: folderName, filter: filterSchema.default({}) }),
      response: {
        201: z.strictObject({
          ...{ name: z.string(), path: z.string(), nominal: z.int(), anomalous: z.int() },
          ...{ withoutPicture: z.int(), unsure: z.int() },
        }),
        409: problemSchema,
      },
    },
    async handler({ body: { name, filter }, person }, reply) {
      const summary = await records.exports.manifest(join(folder, 'datasets', name, 'manifest.csv'), filter)
      await audited(context, person, 'export.manifest', name, {
        nominal: summary.nominal,
        anomalous: summary.anomalous,
      })
      return reply.code(201).send({ name, ...summary })
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/outputs', config: review },
    schema: {
      ...{ tags: ['outputs'], summary: 'Outputs to the line: state, letters that wait or were given up' },
      response: {
        200: outputsStateSchema,
      },
    },
    handler: async () => ({
      outputs: [...((await outputs?.figures()) ?? [])],
      orphans: { ...(await outputs?.orphans()) },
    }),
  })
  app.route({
    ...{ method: 'GET', url: '/v1/letters', config: review },
    schema: {
      ...{ tags: ['outputs'], summary: 'Letters to the line, newest first' },
      querystring: z.strictObject({
        target: nameSchema.optional(),
        state: z.enum(letterStates).optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
        before: z.coerce.number().int().positive().optional(),
      }),
      response: { 200: z.array(letterSchema) },
    },
    async handler({ query: { target, state, limit, before } }) {
      const letters = await records.outbox.letters({
        limit,
        ...(target !== undefined && { target }),
        ...(state !== undefined && { state }),
        ...(before !== undefined && { before }),
      })
      return [...letters]
    },
  })
  app.route({
    ...{ method: 'POST', url: '/v1/letters/:id/retry', config: admin },
    schema: {
      ...{ tags: ['outputs'], summary: 'Send a letter again that was given up' },
      params: z.strictObject({ id: z.coerce.number().int().positive() }),
      response: { 200: z.strictObject({ waiting: z.literal(true) }), 404: problemSchema },
    },
    async handler({ params: { id }, person }) {
      if (!(await records.outbox.retry(id, person.name))) throw notFound(`letter ${id} that was given up`)
      outputs?.wake()
      return { waiting: true as const }
    },
  })
  app.route({
    ...{ method: 'POST', url: '/v1/purge', config: admin },
    schema: {
      ...{ tags: ['upkeep'], summary: 'Delete all that is known of the inspections that match' },
      body: z.strictObject({ filter: filterSchema }),
      response: { 200: z.strictObject({ inspections: z.int(), files: z.int() }), 400: problemSchema },
    },
    async handler({ body: { filter }, person }) {
      return { ...(await records.upkeep.purge(filter, person.name)) }
    },
  })
  app.route({
    ...{ method: 'POST', url: '/v1/forget-person', config: admin },
    schema: {
      ...{ tags: ['upkeep'], summary: "Replace a person's name wherever it is kept" },
      body: z.strictObject({ name: nameSchema }),
      response: { 200: z.strictObject({ known: z.boolean() }) },
    },
    handler: async ({ body: { name }, person }) => ({
      known: await records.upkeep.forgetPerson(name, person.name),
    }),
  })
  app.route({
    ...{ method: 'POST', url: '/v1/backup', config: admin },
    schema: {
      ...{ tags: ['upkeep'], summary: 'A consistent copy below the data folder, while the station runs' },
      body: z.strictObject({ name: folderName }),
      response: {
        201: z.strictObject({ path: z.string(), inspections: z.int(), files: z.int(), bytes: z.int() }),
        422: problemSchema,
      },
    },
    async handler({ body: { name }, person }, reply) {
      const path = join(folder, 'backups', name)
      const done = await records.upkeep.backup(path)
      await audited(context, person, 'backup', name, { ...done })
      return reply.code(201).send({ path, ...done })
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/storage', config: review },
    schema: {
      ...{ tags: ['upkeep'], summary: 'How much is kept' },
      response: { 200: z.strictObject({ files: z.int(), bytes: z.int() }) },
    },
    handler: async () => ({ ...(await records.upkeep.storage()) }),
  })
}
