/**
 * Many small datasets, one after the other, for a benchmark that needs healthy ones and sick ones: one set of threads, and
 * what two datasets have in common is rendered once (`layer-cache.ts`). Ask for the variants of a seed in a row.
 */
import type { Task } from '../task.ts'
import { createRenderPool } from './render-pool.ts'
import { type SimulateSummary, simulateDataset } from './simulate-dataset.ts'
import { type SimulateOptions, simulateDefaults } from './simulate-options.ts'

export interface SimulatedDataset {
  readonly options: SimulateOptions
  readonly summary: SimulateSummary
}

export interface SeriesOptions {
  /** Threads; those of the single datasets do not count. */
  readonly workers: number
  /** Memory for what datasets have in common: 120 pictures of 96x128 take about 27 MB. */
  readonly cacheBytes: number
}

export const seriesDefaults: SeriesOptions = { workers: simulateDefaults.workers, cacheBytes: 2 ** 28 }

/**
 * Yields each dataset when its folder is complete; the consumer may look at it and delete it before it asks for the next.
 * The folders are byte for byte those of {@link simulateDataset}.
 *
 * @throws as {@link simulateDataset}.
 */
export async function* simulateSeries(
  datasets: Iterable<SimulateOptions>,
  task: Task,
  options: SeriesOptions = seriesDefaults,
): AsyncGenerator<SimulatedDataset, void, undefined> {
  const pool = createRenderPool(options.workers, options.cacheBytes)
  try {
    for (const each of datasets) yield { options: each, summary: await simulateDataset(each, task, pool) }
  } finally {
    await pool.close()
  }
}

/**
 * Options of a dataset that is quick to make and to judge, yet has enough parts for five folds: 40 sound and 20 defective
 * parts, two pictures of 96x128 each, taken from nearly the same angle.
 */
export function smallDataset(
  out: string,
  recipe: Pick<SimulateOptions, 'seed' | 'object' | 'pathologies'>,
): SimulateOptions {
  return {
    ...simulateDefaults,
    ...recipe,
    out,
    parts: 40,
    defectiveParts: 20,
    imagesPerPart: 2,
    width: 96,
    height: 128,
    angles: [-6, 6],
  }
}
