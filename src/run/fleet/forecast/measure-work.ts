/** How fast this machine does what a worker does, measured on some pictures of the dataset. */
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVision, type OpenVision } from '../../../backbone/create-vision.ts'
import type { ResolvedBackbone } from '../../../backbone/resolve-weights.ts'
import type { Sample } from '../../../dataset/sample.ts'
import type { Detector, Machine } from '../../../detector/detector.ts'
import type { ConfiguredMethod } from '../../../detector/methods.ts'
import { InputError } from '../../../errors.ts'
import { joinTallies } from '../../../evaluate/metrics/pixel/joined-tallies.ts'
import { PixelTally } from '../../../evaluate/metrics/pixel/pixel-tally.ts'
import { encodeDefects, encodeOthers } from '../../../evaluate/metrics/pixel/tally-bytes.ts'
import type { Fit, Size } from '../../../image/image.ts'
import { createInspector } from '../../../inspect/create-inspector.ts'
import { createRandom } from '../../../math/random.ts'
import { present } from '../../../present.ts'
import { checkCancelled, type Task } from '../../../task.ts'
import type { Rates } from '../../../wire/forecast.ts'
import { heatMapPath, writeHeatMap } from '../../folder/heat-map-file.ts'
import { measurePlacing, since } from './measure-store.ts'

export interface WorkTools {
  readonly configured: ConfiguredMethod
  readonly backbone: ResolvedBackbone
  readonly size: Size
  readonly fit: Fit
  readonly machine: Machine
  readonly seed: number
  /** Folder of the store. */
  readonly store: string
  /** Whether pixels are counted, by masks. */
  readonly hasMasks: boolean
}

export type WorkRates = Pick<
  Rates,
  'featureBytes' | 'features' | 'gathered' | 'fit' | 'scored' | 'judged' | 'placed' | 'joined'
>

/** Pictures before the clock starts: the network is opened with them. */
const before = 8
/** Seconds after which no more pictures are looked at. */
const mostSeconds = 20
/** As if there were so many times the pictures: a fit on them is about as large as it gets. */
const repeated = 8

/**
 * @param samples - Good pictures, at least two.
 * @throws {InputError} One cannot be read. @throws {StatisticalError} Too few to fit on. @throws {CancelledError}
 * Cost: at most about a minute with the backbones and detectors that need no training.
 */
export async function measureWork(
  samples: readonly Sample[],
  { configured: { method, options }, backbone, size, fit, machine, seed, store, hasMasks }: WorkTools,
  task: Task,
): Promise<WorkRates> {
  const scratch = await mkdtemp(join(tmpdir(), 'plumbline-forecast-'))
  const cacheFolder = join(scratch, 'features')
  const vision = createVision({ size, fit, backbone, cacheFolder, ...machine })
  try {
    const own = method.stages(vision, options)
    const stages = own.length > 0 ? own : vision.backbone.patchDefaults.stages
    const { features, seen } = await lookAt(samples, vision, stages, task)
    const random = createRandom(seed, 'forecast')
    const input = { vision, random, task, ...machine }
    let began = performance.now()
    let [gathered, fitting]: [number | null, Rates['fit']] = [null, { seconds: 0, perImage: 0 }]
    let detector: Detector
    const { shared } = method
    if (shared === undefined) {
      detector = await method.fit({ ...input, samples: seen }, options)
      fitting = { seconds: 0, perImage: since(began) / seen.length }
    } else {
      const images = repeated * seen.length
      const told: Uint8Array[] = []
      for (let shard = 0; shard < repeated; shard++) {
        const places = seen.map((_, i) => shard * seen.length + i)
        const fits = [{ random, places, images, isFull: false }]
        const [one] = await shared.gather({ samples: seen, vision, task, fits }, options)
        told.push(present(one, 'what was gathered'))
      }
      gathered = images / since(began)
      began = performance.now()
      detector = await shared.fit(
        told.map((bytes) => ({ read: async () => bytes })),
        input,
        options,
      )
      fitting = { seconds: since(began), perImage: 0 }
    }
    try {
      const scored = await score(detector, seen, vision, null, task)
      const shown = { maps: join(scratch, 'maps'), pixels: hasMasks ? new PixelTally() : null }
      const judging = await score(detector, seen, vision, shown, task)
      const maps = seen.map(({ id }) => heatMapPath(shown.maps, id))
      const { put, placed } = await measurePlacing(store, maps, task)
      const [told, joined] = shown.pixels === null ? [0, null] : await joinPixels(shown.pixels, seen.length)
      const judged = 1 / (1 / judging + 1 / put + told)
      const found = { features, gathered, fit: fitting, scored, judged, placed, joined }
      return { featureBytes: await meanBytes(cacheFolder), ...found }
    } finally {
      await detector.close()
    }
  } finally {
    await vision.close()
    await rm(scratch, { recursive: true, force: true })
  }
}

async function lookAt(
  samples: readonly Sample[],
  vision: OpenVision,
  stages: readonly string[],
  task: Task,
): Promise<{ features: number; seen: readonly Sample[] }> {
  const first = samples.length > 2 * before ? before : 0
  let began = performance.now()
  const seen: Sample[] = []
  for (const some of [samples.slice(0, first), samples.slice(first)]) {
    began = performance.now()
    for await (const outcome of vision.features(some, stages, task)) {
      checkCancelled(task)
      if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
      seen.push(present(samples[seen.length], 'a sample'))
      if (seen.length > first && since(began) > mostSeconds) break
    }
  }
  return { features: (seen.length - first) / since(began), seen }
}

/**
 * Pictures a second.
 *
 * @param shown - Where heat maps are written, and pixels counted, as if every other picture had a defect in its middle; null for neither.
 */
async function score(
  detector: Detector,
  samples: readonly Sample[],
  vision: OpenVision,
  shown: { readonly maps: string; readonly pixels: PixelTally | null } | null,
  task: Task,
): Promise<number> {
  const inspector = createInspector({ detector, vision, operating: null })
  for await (const _ of inspector.inspectMany(samples.slice(0, 1), { task })) checkCancelled(task) // opens what it needs
  const defect = middleOf(vision.size)
  const began = performance.now()
  let i = 0
  for await (const outcome of inspector.inspectMany(samples, { task })) {
    checkCancelled(task)
    const isDefective = i % 2 === 1
    const { id } = present(samples[i++], 'a sample')
    if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
    if (shown === null) continue
    const { frame } = outcome.value
    const map = outcome.value.map()
    await writeHeatMap(heatMapPath(shown.maps, id), map, frame, { low: 0, high: 1 })
    shown.pixels?.add(map.data, isDefective ? defect : null, frame.size, frame.content)
  }
  return samples.length / since(began)
}

/** Seconds a picture of telling its pixels, and pictures a second of joining them. */
async function joinPixels(pixels: PixelTally, pictures: number): Promise<[number, number]> {
  let began = performance.now()
  const [defects, others] = [encodeDefects(pixels), encodeOthers(pixels)]
  const told = since(began) / pictures
  began = performance.now()
  await joinTallies([{ defects: async () => defects, others: async () => others }])
  return [told, pictures / since(began)]
}

/** A mask of a hundredth of the area. */
function middleOf({ width, height }: Size): Uint8Array {
  const mask = new Uint8Array(width * height)
  const [left, right] = [Math.floor(0.45 * width), Math.ceil(0.55 * width)]
  for (let y = Math.floor(0.45 * height); y < Math.ceil(0.55 * height); y++)
    mask.fill(1, y * width + left, y * width + right)
  return mask
}

/** Of the files below a folder; 0 where there is none: the cache has said why. */
async function meanBytes(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  let bytes = 0
  for (const { parentPath, name } of files) bytes += (await stat(join(parentPath, name))).size
  return files.length === 0 ? 0 : bytes / files.length
}
