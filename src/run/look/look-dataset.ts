/** `look`: what a folder was taken for, and nothing else; every file is opened once, so that what cannot be read is known too. */
import { auditDataset } from '../../dataset/audit-dataset.ts'
import { understandDataset } from '../../dataset/understood.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { makeRequest } from '../../options/request.ts'
import { type LookOptions, lookAsk } from '../../options/requests/look.ts'
import { lookPage } from '../../report/look-page.ts'
import { quietTask, type Task } from '../../task.ts'
import { version } from '../../version.ts'
import type { Understood } from '../../wire/understood.ts'
import { openSamples } from '../open/open-samples.ts'
import { drawSheet } from './draw-sheet.ts'

/**
 * Writes the contact sheet too, where one is asked for.
 *
 * @throws {InputError} The folder is no dataset, or the page cannot be written. @throws {UsageError} Options that do not fit it.
 * @throws {CancelledError} The signal fired.
 * Cost: every image and mask is decoded once.
 */
export async function lookDataset(options: LookOptions, task: Task = quietTask): Promise<Understood> {
  const request = await makeRequest(lookAsk, options)
  const { dataset, samples } = await openSamples(request, task)
  const issues = await auditDataset({ ...dataset, samples }, task)
  const lost = new Set(issues.filter(({ kind }) => kind === 'unreadable').map(({ path }) => path))
  const readable = samples.filter(({ path }) => !lost.has(path))
  const understood = understandDataset(dataset, readable, issues)
  if (request.report !== null) {
    const classes = await drawSheet(readable, understood.classes, request.threads, task)
    await writeFileAtomic(request.report, lookPage({ ...request, plumbline: version }, understood, classes))
  }
  return understood
}
