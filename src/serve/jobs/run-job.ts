/** Does what a job describes, with the functions of the library, and says in short what came of it. */
import { join } from 'node:path'
import { verdictSentence } from '../../evaluate/verdict.ts'
import { checkDataset, diagnoseRun, evaluateDataset, prepareDataset, trainModel } from '../../pipeline.ts'
import type { Task } from '../../task.ts'
import type { Job } from '../../wire/jobs.ts'
import { datasetFolder, madeFolder } from './job-folders.ts'
import type { JobOrder } from './local-executor.ts'

/** Who does the steps of a job instead of this machine. */
export interface JobWorkers {
  /** URL of the queue, password included. */
  readonly queue: string
  readonly store: string
}

export type JobResult = Readonly<Record<string, string | number | null>>

/**
 * @param workers - Null where the work is done here; `prepare` always is.
 * @throws {ProblemError} A folder that the job needs. @throws {PlumblineError} What the work itself refuses.
 */
export async function runJob(
  job: Job,
  { folders, threads, workers, sign }: Omit<JobOrder, 'job' | 'niceness'>,
  task: Task,
): Promise<JobResult> {
  // What is cancelled in the station is wanted by nobody; a station that ends is killed, and finds the work done later.
  const by = workers === null ? {} : ({ ...workers, whenStopped: 'withdraw' } as const)
  const asked = (dataset: string, size: string | undefined, out: string) => ({
    ...{ ...sized(size), ...by },
    ...{ dataset: datasetFolder(folders, dataset), out, threads },
  })
  switch (job.kind) {
    case 'check': {
      const { partPattern } = job
      const dataset = datasetFolder(folders, job.dataset)
      const { report } = await checkDataset({ dataset, threads, partPattern, ...by }, task)
      const [worst] = report.findings
      return { findings: report.findings.length, worst: worst?.title ?? null, worstId: worst?.id ?? null }
    }
    case 'prepare': {
      const dataset = datasetFolder(folders, job.dataset)
      const out = join(folders.own, job.name)
      const { summary } = await prepareDataset({ dataset, out, threads, center: job.center }, task)
      return { dataset: job.name, prepared: summary.prepared, marked: summary.marked }
    }
    case 'train': {
      const { kind: _, name, dataset, size, fromRun, ...options } = job
      const run = fromRun === undefined ? {} : { fromRun: madeFolder(folders.runs, '--runs', fromRun) }
      const out = madeFolder(folders.models, '--models', name)
      const signed = sign === null ? {} : { sign }
      const request = { ...options, ...run, ...signed, ...asked(dataset, size, out) }
      const card = await trainModel(request as Parameters<typeof trainModel>[0], task)
      return { model: name, threshold: card.threshold?.value ?? null, images: card.trained.images }
    }
    case 'evaluate': {
      const { kind: _, name, dataset, size, ...options } = job
      const out = madeFolder(folders.runs, '--runs', name)
      const request = { ...options, ...asked(dataset, size, out) }
      const evaluation = await evaluateDataset(request as Parameters<typeof evaluateDataset>[0], task)
      return { run: name, verdict: verdictSentence(evaluation) }
    }
    case 'diagnose': {
      const run = madeFolder(folders.runs, '--runs', job.run)
      const { report } = await diagnoseRun({ run, threads, images: job.images, ...by }, task)
      return { run: job.run, findings: report.findings.length }
    }
  }
}

function sized(size: string | undefined): { size?: { width: number; height: number } } {
  if (size === undefined) return {}
  const [width = 0, height = width] = size.split('x').map(Number)
  return { size: { width, height } }
}
