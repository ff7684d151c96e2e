/**
 * Writes a simulated dataset: pictures, masks of defects and of the part, a manifest with part ids and angles, the truth.
 *
 *   images/<name>.png   masks/<name>.png (anomalous only, 0 or 255)   foreground/<name>.png
 *   manifest.csv   truth.csv   truth/<name>.png (defects that the manifest does not know)   simulate.json
 *
 * A picture is labelled by what can be seen in it: anomalous when at least `leastDefectPixels` of the part's defects
 * are visible. A defective part therefore has nominal pictures too, taken from its good side; the manifest tells
 * them by `defective_part`. A picture's file is written after its masks, so a picture that is there is complete, and a second
 * run with the same options goes on where the first was stopped.
 */
import { join, parse } from 'node:path'
import { writeFileAtomic } from '../files/atomic.ts'
import { encodeJpeg, encodePng } from '../image/encode-image.ts'
import type { GreyImage, Image, Mask } from '../image/image.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'
import { claimFolder, headerOf, listFolder } from './dataset-folder.ts'
import { defectKinds } from './defect-kinds.ts'
import {
  imagePath,
  isLabelledAnomalous,
  type ManifestRow,
  manifestCsv,
  maskPath,
  pathologiesOf,
  truthCsv,
} from './manifest.ts'
import { pathologyNames } from './pathologies/pathology-names.ts'
import { planDataset } from './plan-dataset.ts'
import type { PlannedImage } from './planned-image.ts'
import { fileOf } from './render-picture.ts'
import { createRenderPool, type RenderPool } from './render-pool.ts'
import type { FileSpec } from './render-spec.ts'
import { checkSimulateOptions, type SimulateOptions } from './simulate-options.ts'

export interface SimulateSummary {
  /** By the manifest's labels. */
  readonly images: { readonly nominal: number; readonly anomalous: number }
  readonly parts: { readonly sound: number; readonly defective: number }
  /** Anomalous images by kind of defect. */
  readonly defects: Readonly<Record<string, number>>
  /** Images touched, by pathology. */
  readonly pathologies: Readonly<Record<string, number>>
}

/**
 * @param pool - One that several datasets share; it is left open, and takes the place of `options.workers`.
 * @throws {UsageError} An option is out of range.
 * @throws {InputError} The folder holds something else, or cannot be written.
 * @throws {CancelledError} The signal fired; what is rendered stays.
 * Cost: `bench/simulate.bench.ts` has pictures per second.
 */
export async function simulateDataset(
  options: SimulateOptions,
  task: Task,
  pool?: RenderPool,
): Promise<SimulateSummary> {
  checkSimulateOptions(options)
  const { out } = options
  const header = headerOf(options)
  await claimFolder(out, header)
  checkCancelled(task)
  const describe = (summary: SimulateSummary | null) =>
    writeFileAtomic(join(out, 'simulate.json'), `${JSON.stringify({ ...header, summary }, null, 2)}\n`)
  await describe(null)

  const plan = planDataset(options)
  const rows = await renderAll(plan, options, task, pool)
  await writeFileAtomic(join(out, 'manifest.csv'), manifestCsv(rows))
  await writeFileAtomic(join(out, 'truth.csv'), truthCsv(rows))
  const summary = summarise(rows, options)
  await describe(summary)
  return summary
}

/** Renders what is missing. @returns A row for every picture, in the plan's order. */
async function renderAll(
  plan: readonly PlannedImage[],
  { out, workers }: SimulateOptions,
  task: Task,
  shared: RenderPool | undefined,
): Promise<ManifestRow[]> {
  const list = async (folder: string) =>
    new Set((await listFolder(join(out, folder))).map((file) => parse(file).name))
  const [done, masked, secret] = await Promise.all([list('images'), list('masks'), list('truth')])
  const missing = plan.filter(({ name }) => !done.has(name)).length
  const pool = shared ?? createRenderPool(Math.min(workers, Math.ceil(missing / 2)))
  const progress = task.progress('simulate', 'images')
  const rows: ManifestRow[] = []
  try {
    const results = mapConcurrent(plan, Math.max(2, 2 * pool.workers), async (image) => {
      checkCancelled(task)
      const { name } = image
      if (done.has(name)) return { image, isDefectSeen: masked.has(name) || secret.has(name) }
      return renderImage(image, out, pool)
    })
    for await (const row of results) {
      rows.push(row)
      progress.update(rows.length, plan.length)
    }
  } finally {
    progress.end()
    if (shared === undefined) await pool.close()
  }
  return rows
}

/** Renders one picture and writes its files. */
async function renderImage(image: PlannedImage, out: string, pool: RenderPool): Promise<ManifestRow> {
  const { isAnomalous, ...picture } = await pool.render(image.spec)
  const row = { image, isDefectSeen: isAnomalous }
  const write = async (path: string, bytes: Uint8Array) => writeFileAtomic(join(out, path), bytes)
  if (isAnomalous) await write(maskPath(row), await encodePng(blackAndWhite(picture.defectMask)))
  await write(`foreground/${image.name}.png`, await encodePng(blackAndWhite(picture.foreground)))
  await write(imagePath(row), await encodeFile(picture.image, fileOf(image.spec, isAnomalous)))
  return row
}

const blackAndWhite = ({ data, ...size }: Mask): GreyImage => ({
  ...size,
  data: data.map((inside) => 255 * inside),
})

async function encodeFile(image: Image, { format, damage }: FileSpec): Promise<Uint8Array> {
  if (damage === 'empty') return new Uint8Array(0)
  if (damage === 'text') return new TextEncoder().encode('<html><body>504 Gateway Time-out</body></html>\n')
  const bytes = format === 'jpeg' ? await encodeJpeg(image) : await encodePng(image)
  return damage === 'cut' ? bytes.subarray(0, bytes.length >> 1) : bytes
}

function summarise(rows: readonly ManifestRow[], options: SimulateOptions): SimulateSummary {
  const anomalous = rows.filter(isLabelledAnomalous)
  const kinds = [...(options.defects ?? defectKinds[options.object])].sort()
  const sick = pathologyNames.filter((name) => (options.pathologies[name] ?? 0) > 0)
  const partsOf = (isDefective: boolean): number =>
    new Set(
      rows
        .filter(({ image }) => (image.severity !== null) === isDefective)
        .map(({ image }) => image.truth.part),
    ).size
  return {
    images: { nominal: rows.length - anomalous.length, anomalous: anomalous.length },
    parts: { sound: partsOf(false), defective: partsOf(true) },
    defects: countBy(
      kinds,
      anomalous.map(({ image }) => image.spec.part.defects[0]!.kind),
    ),
    pathologies: countBy(sick, rows.flatMap(pathologiesOf)),
  }
}

function countBy(names: readonly string[], items: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]))
  for (const item of items) counts[item]! += 1
  return counts
}
