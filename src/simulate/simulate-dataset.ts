/**
 * Writes a simulated dataset: pictures, masks of defects and of the part, a manifest with part ids and angles.
 *
 *   images/<part>_<angle>.png   masks/<same>.png (anomalous only, 0 or 255)   foreground/<same>.png
 *   manifest.csv   simulate.json
 *
 * A picture is labelled by what can be seen in it: anomalous when at least `leastDefectPixels` of the part's defects
 * are visible. A defective part therefore has nominal pictures too, taken from its good side; the manifest tells
 * them by `defective_part`. A picture's file is written after its masks, so a picture that is there is complete, and a second
 * run with the same options goes on where the first was stopped.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { isSystemError, systemReason, writeFileAtomic } from '../files/atomic.ts'
import { encodePng } from '../image/encode-image.ts'
import type { GreyImage, Mask, Size } from '../image/image.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'
import { type ManifestRow, manifestCsv } from './manifest.ts'
import { type PlannedImage, planDataset } from './plan-dataset.ts'
import { createRenderPool, type RenderPool } from './render-pool.ts'
import { checkSimulateOptions, type SimulateOptions } from './simulate-options.ts'

/** Changes whenever the same options would give other files: an older folder is then not continued. */
export const rendererVersion = 2

export interface SimulateSummary {
  readonly images: { readonly nominal: number; readonly anomalous: number }
  readonly parts: { readonly sound: number; readonly defective: number }
  /** Anomalous images by kind of defect. */
  readonly defects: Readonly<Record<string, number>>
}

/** Visible defect pixels from which a picture is anomalous: 20 at 200x267, in proportion to the area. */
export function leastDefectPixels({ width, height }: Size): number {
  return Math.max(1, Math.round((20 * width * height) / (200 * 267)))
}

/**
 * @throws {UsageError} An option is out of range.
 * @throws {InputError} The folder holds something else, or cannot be written.
 * @throws {CancelledError} The signal fired; what is rendered stays.
 * Cost: `bench/simulate.bench.ts` has pictures per second.
 */
export async function simulateDataset(options: SimulateOptions, task: Task): Promise<SimulateSummary> {
  checkSimulateOptions(options)
  const { out, workers, ...content } = options
  const header = { format: 'plumbline-simulation', renderer: rendererVersion, options: content }
  await claimFolder(out, JSON.stringify(header))
  checkCancelled(task)
  const describe = (summary: SimulateSummary | null) =>
    writeFileAtomic(join(out, 'simulate.json'), `${JSON.stringify({ ...header, summary }, null, 2)}\n`)
  await describe(null)

  const plan = planDataset(options)
  const done = new Set(await listFolder(join(out, 'images')))
  const masked = new Set(await listFolder(join(out, 'masks')))
  const missing = plan.filter(({ name }) => !done.has(`${name}.png`)).length
  const threads = Math.min(workers, Math.ceil(missing / 2))
  const pool = createRenderPool(threads)
  const progress = task.progress('simulate', 'images')
  const rows: ManifestRow[] = []
  try {
    const results = mapConcurrent(plan, Math.max(2, 2 * threads), async (image) => {
      checkCancelled(task)
      return done.has(`${image.name}.png`) ? masked.has(`${image.name}.png`) : renderImage(image, out, pool)
    })
    for await (const isAnomalous of results) {
      rows.push({ image: plan[rows.length]!, isAnomalous })
      progress.update(rows.length, plan.length)
    }
  } finally {
    progress.end()
    await pool.close()
  }
  await writeFileAtomic(join(out, 'manifest.csv'), manifestCsv(rows))
  const summary = summarise(rows, options)
  await describe(summary)
  return summary
}

/** Renders one picture and writes its files; true when a defect can be seen in it. */
async function renderImage({ name, spec }: PlannedImage, out: string, pool: RenderPool): Promise<boolean> {
  const { image, defectMask, foreground } = await pool.render(spec)
  const visible = defectMask.data.reduce((sum, inside) => sum + inside, 0)
  const isAnomalous = visible >= leastDefectPixels(spec.size)
  if (isAnomalous)
    await writeFileAtomic(join(out, 'masks', `${name}.png`), await encodePng(blackAndWhite(defectMask)))
  await writeFileAtomic(join(out, 'foreground', `${name}.png`), await encodePng(blackAndWhite(foreground)))
  await writeFileAtomic(join(out, 'images', `${name}.png`), await encodePng(image))
  return isAnomalous
}

const blackAndWhite = ({ data, ...size }: Mask): GreyImage => ({
  ...size,
  data: data.map((inside) => 255 * inside),
})

function summarise(rows: readonly ManifestRow[], options: SimulateOptions): SimulateSummary {
  const anomalous = rows.filter(({ isAnomalous }) => isAnomalous)
  const defects: Record<string, number> = {}
  for (const kind of [...options.defects].sort()) defects[kind] = 0
  for (const { image } of anomalous) defects[image.spec.part.defects[0]!.kind]! += 1
  return {
    images: { nominal: rows.length - anomalous.length, anomalous: anomalous.length },
    parts: { sound: options.parts, defective: options.defectiveParts },
    defects,
  }
}

/** Sees to it that the folder is new, empty, or was begun with the same options. */
async function claimFolder(out: string, header: string): Promise<void> {
  const entries = (await listFolder(out)).filter((name) => !name.endsWith('.partial'))
  if (entries.length === 0) return
  const path = join(out, 'simulate.json')
  if (!entries.includes('simulate.json')) {
    throw new InputError(out, 'expected a new or empty folder, but it holds other files')
  }
  const text = await readFile(path, 'utf8')
  if (withoutSummary(text, path) !== header) {
    throw new InputError(out, 'holds a dataset that was simulated with other options')
  }
}

function withoutSummary(text: string, path: string): string {
  try {
    const { summary: _, ...header } = JSON.parse(text)
    return JSON.stringify(header)
  } catch (cause) {
    throw new InputError(path, 'is not JSON', { cause })
  }
}

/** Names in a folder; none where it does not exist. */
async function listFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return []
    if (isSystemError(error))
      throw new InputError(path, `cannot be read: ${systemReason(error)}`, { cause: error })
    throw error
  }
}
