/** `sweep`: a grid of evaluations on one dataset, and what of their differences is left once all are counted. */
import { join } from 'node:path'
import { z } from 'zod'
import { datasetFingerprint } from '../../dataset/fingerprint.ts'
import { CancelledError, PlumblineError } from '../../errors.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { sha256, sha256File } from '../../files/hash.ts'
import { maybeReadJson } from '../../files/read-json.ts'
import { decisiveConfig } from '../../options/config-file.ts'
import { makeRequest } from '../../options/request.ts'
import { type EvaluateRequest, evaluateAsk } from '../../options/requests/evaluate.ts'
import { type SweepOptions, sweepAsk } from '../../options/requests/sweep.ts'
import { sweepPage } from '../../report/sweep-page.ts'
import { mapConcurrent, type Task } from '../../task.ts'
import { version } from '../../version.ts'
import { type Evaluation, evaluationSchema } from '../../wire/evaluation.ts'
import type { Sweep, SweepCell } from '../../wire/sweep.ts'
import { claimFolder } from '../folder/claim-folder.ts'
import { openSamples } from '../open/open-samples.ts'
import { type Cell, cellsOf } from './cells.ts'
import { compareArms } from './compare-arms.ts'
import { readSweepConfig } from './sweep-config.ts'

/** Evaluations that are submitted side by side: the workers see the steps of all of them. */
const sideBySide = 4

/**
 * Writes `runs/<cell>/` for each evaluation, `sweep.json` and `sweep.html`. Evaluations that are there, of the same options, dataset and
 * version, are not made again; one that cannot be made is named, and the others are.
 *
 * @param evaluate - Makes one evaluation.
 * @throws {UsageError} @throws {InputError} The configuration or the dataset. @throws {CancelledError} What is done stays.
 */
export async function sweepDataset(
  options: SweepOptions,
  task: Task,
  evaluate: (request: EvaluateRequest, task: Task) => Promise<Evaluation>,
): Promise<Sweep> {
  const started = performance.now()
  const request = await makeRequest(sweepAsk, options)
  const config = await readSweepConfig(request.grid)
  const cells = await cellsOf(config, request)
  await claimFolder(request.out, 'sweep')
  const data = await fingerprintOf(cells, task)
  const progress = task.progress('sweep', 'evaluations')
  const outcomes: SweepCell[] = []
  try {
    const worked = mapConcurrent(cells, request.queue === null ? 1 : sideBySide, async (cell) => {
      const key = sha256(JSON.stringify([version, decisiveConfig(evaluateAsk.options, cell.request), data]))
      return workCell(cell, key, request.out, task, evaluate)
    })
    for await (const outcome of worked) {
      outcomes.push(outcome)
      progress.update(outcomes.length, cells.length)
    }
  } finally {
    progress.end()
  }
  const usable = cells.filter((_, i) => outcomes[i]?.failure === null)
  const pairs = await compareArms(usable, task)
  const sweep: Sweep = {
    plumbline: version,
    createdAt: request.createdAt,
    command: request.command,
    dataset: cells[0]?.request.dataset ?? config.dataset,
    cells: outcomes,
    comparisons: pairs.length,
    pairs: [...pairs],
    seconds: Math.round(performance.now() - started) / 1000,
  }
  await writeFileAtomic(join(request.out, 'sweep.json'), `${JSON.stringify(sweep, null, 2)}\n`)
  await writeFileAtomic(join(request.out, 'sweep.html'), sweepPage(sweep))
  return sweep
}

/** All cells read the same images the same way. */
async function fingerprintOf(cells: readonly Cell[], task: Task): Promise<string> {
  const [first] = cells
  if (first === undefined) return ''
  const { samples } = await openSamples({ ...first.request, parts: 'given' }, task)
  return datasetFingerprint(samples, sha256File)
}

const doneSchema = z.strictObject({ key: z.string(), seconds: z.number() })

async function workCell(
  cell: Cell,
  key: string,
  out: string,
  task: Task,
  evaluate: (request: EvaluateRequest, task: Task) => Promise<Evaluation>,
): Promise<SweepCell> {
  const { request, ...facts } = cell
  const donePath = join(out, 'done', `${cell.name}.json`)
  const started = performance.now()
  try {
    const done = await maybeReadJson(donePath, doneSchema)
    const kept =
      done?.key === key
        ? await maybeReadJson(join(request.out, 'evaluation.json'), evaluationSchema)
        : undefined
    const evaluation = kept ?? (await evaluate(request, named(task, cell.name)))
    const seconds = kept === undefined ? Math.round(performance.now() - started) / 1000 : (done?.seconds ?? 0)
    await writeFileAtomic(donePath, JSON.stringify({ key, seconds }))
    const { auroc, escapeRate, overkillRate } = evaluation.metrics.image
    const pick = ({ mean, ci }: typeof auroc) => ({
      mean,
      ci: [ci[0], ci[1]] as [number | null, number | null],
    })
    return {
      ...facts,
      failure: null,
      auroc: pick(auroc),
      escapeRate: pick(escapeRate),
      overkillRate: pick(overkillRate),
      seconds,
    }
  } catch (error) {
    if (error instanceof CancelledError || !(error instanceof PlumblineError)) throw error
    task.note(`${cell.name}: ${error.message}`)
    return {
      ...facts,
      failure: error.message,
      auroc: null,
      escapeRate: null,
      overkillRate: null,
      seconds: null,
    }
  }
}

/** Lines of progress say whose they are. */
const named = (task: Task, name: string): Task => ({
  ...task,
  progress: (label, unit) => task.progress(`${name}: ${label}`, unit),
  note: (message) => task.note(`${name}: ${message}`),
})
