/** `/v1/jobs`: long work beside inspection, in a process of its own. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { isSystemError } from '../../files/atomic.ts'
import { jobRecordSchema, jobSchema } from '../../wire/jobs.ts'
import { problemSchema } from '../../wire/serve/problem.ts'
import { audited } from '../audited.ts'
import type { Context } from '../context.ts'
import { datasetFolder, type JobFolders, madeFolder } from '../jobs/job-folders.ts'
import { notFound } from '../problem.ts'
import type { App } from '../schemas.ts'

const tags = ['jobs']
const idSchema = z.strictObject({ id: z.string().min(1).max(100) })

export function jobRoutes(app: App, context: Context): void {
  const { jobs, jobFolders } = context
  app.route({
    ...{ method: 'GET', url: '/v1/jobs', config: { role: 'review' } },
    schema: { tags, summary: 'Jobs, the newest first', response: { 200: z.array(jobRecordSchema) } },
    handler: async () => [...jobs.list()],
  })
  app.route({
    ...{ method: 'GET', url: '/v1/jobs/:id', config: { role: 'review' } },
    schema: {
      tags,
      summary: 'One job',
      params: idSchema,
      response: { 200: jobRecordSchema, 404: problemSchema },
    },
    async handler({ params: { id } }) {
      const found = jobs.find(id)
      if (found === undefined) throw notFound('such job')
      return found
    },
  })
  app.route({
    ...{ method: 'POST', url: '/v1/jobs', config: { role: 'admin' } },
    schema: {
      ...{ tags, summary: 'Check, prepare, train, evaluate or diagnose', body: jobSchema },
      description:
        'Jobs run one after the other in a process of their own, with lower priority and one thread fewer than there are cores. They are told by events, can be cancelled, and go on after a restart.',
      response: { 201: jobRecordSchema, 404: problemSchema, 409: problemSchema },
    },
    async handler({ body, person }, reply) {
      if ('dataset' in body) datasetFolder(jobFolders, body.dataset)
      if (body.kind === 'train') madeFolder(jobFolders.models, '--models', body.name)
      if (body.kind === 'train' && body.fromRun !== undefined)
        madeFolder(jobFolders.runs, '--runs', body.fromRun)
      if (body.kind === 'evaluate') madeFolder(jobFolders.runs, '--runs', body.name)
      if (body.kind === 'diagnose') madeFolder(jobFolders.runs, '--runs', body.run)
      const record = await jobs.add(body, person.name)
      await audited(context, person, 'job.add', record.id, { kind: body.kind })
      return reply.code(201).send(record)
    },
  })
  app.route({
    ...{ method: 'DELETE', url: '/v1/jobs/:id', config: { role: 'admin' } },
    schema: {
      ...{ tags, summary: 'Cancel a job; what is done is kept', params: idSchema },
      response: { 200: jobRecordSchema, 404: problemSchema },
    },
    async handler({ params: { id }, person }) {
      const found = await jobs.cancel(id)
      if (found === undefined) throw notFound('such job')
      await audited(context, person, 'job.cancel', id, {})
      return found
    },
  })
  app.route({
    ...{ method: 'GET', url: '/v1/datasets', config: { role: 'review' } },
    schema: {
      ...{ tags, summary: 'Datasets that jobs may name' },
      response: { 200: z.array(z.strictObject({ name: z.string(), exported: z.boolean() })) },
    },
    handler: async () => datasetsOf(jobFolders),
  })
}

const datasetsOf = ({ own, datasets }: JobFolders): { name: string; exported: boolean }[] => [
  ...foldersIn(own).map((name) => ({ name, exported: true })),
  ...(datasets === null
    ? []
    : foldersIn(datasets)
        .filter((name) => !isOther(join(datasets, name)))
        .map((name) => ({ name, exported: false }))),
]

/** Models and runs may lie beside datasets. */
const isOther = (folder: string): boolean =>
  ['model.json', 'evaluation.json'].some((name) => existsSync(join(folder, name)))

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort()
  } catch (error) {
    if (isSystemError(error)) return []
    throw error
  }
}
