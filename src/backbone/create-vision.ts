/** Puts preparation, backbone and feature cache together into the `Vision` that detectors look through. */
import { createHash } from 'node:crypto'
import { readMask } from '../dataset/read-mask.ts'
import { reasonOfBadFile, UsageError } from '../errors.ts'
import { cutRect } from '../image/cut-tiles.ts'
import type { Fit, Image, Mask, PreparedImage, Size } from '../image/image.ts'
import type { PixelReading } from '../image/pixel-reading.ts'
import { prepareImage } from '../image/prepare-image.ts'
import { prepareMask } from '../image/prepare-mask.ts'
import type { RegionOfInterest } from '../image/region-of-interest.ts'
import { subsample } from '../image/subsample.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'
import { architecture } from './architectures.ts'
import type { Backbone, ImageFeatures } from './backbone.ts'
import { createPictureReader, cutPicture, cutRecipe } from './cut-picture.ts'
import { defaultCacheBytes, openFeatureCache, roundFeatures } from './feature-cache.ts'
import { openFeatureMemory } from './feature-memory.ts'
import { type FileContents, rememberContents } from './file-contents.ts'
import { openBackbone } from './open-backbone.ts'
import type { ResolvedBackbone } from './resolve-weights.ts'
import { type Looked, streamFeatures } from './stream-features.ts'
import type { ImageRef, Outcome, Scaling, Vision } from './vision.ts'

export interface VisionOptions {
  readonly size: Size
  readonly fit: Fit
  readonly backbone: ResolvedBackbone
  /** Folder of the feature cache; null for none. */
  readonly cacheFolder: string | null
  /** As the feature cache says; default false. */
  readonly isCacheShared?: boolean
  /** Bytes of features of files that are kept in memory beside the cache, and no more than the cache may hold; a file is then read once. Default 0. */
  readonly keptBytes?: number
  readonly device: string
  readonly threads: number
  /** Images per run of the network; default as {@link batchOf}. A run with fewer costs as much. */
  readonly batch?: number
  /** Images there are in all, where that is known: no run need be larger. */
  readonly images?: number
  /** What files hold, where that is known already, or where they lie elsewhere; default what this machine's files hold. */
  readonly contents?: FileContents
  /** How pixels are read of files that do not say otherwise; absent for the plain way. */
  readonly reading?: PixelReading
  /** Outside of which nothing counts: it is painted black before anything looks. Default null, all of a picture counts. */
  readonly interest?: RegionOfInterest | null
  /** Told how long it took to read and decode a picture, each time that is done. */
  readonly onDecoded?: (ref: ImageRef, milliseconds: number) => void
}

export interface OpenVision extends Vision {
  /** Releases the native sessions. */
  close(): Promise<void>
}

/** Eight images to a run up to 512x512, fewer where they are larger, so that memory does not grow with their size. */
export const batchOf = ({ width, height }: Size): number =>
  Math.max(1, Math.min(8, Math.floor((8 * 512 * 512) / (width * height))))

/** Raise it when decoding or preparation gives other pixels than before: older cache entries then no longer match. */
const preparationVersion = 1

/**
 * Nothing is opened yet: the network is, with its weights, when its first stages are asked for.
 *
 * @param open - How networks are opened; tests pass their own.
 * @throws {ModelError} From its methods: the weights do not fit the architecture.
 */
export function createVision(options: VisionOptions, open: typeof openBackbone = openBackbone): OpenVision {
  const { size, fit, backbone, cacheFolder, device, threads, interest = null } = options
  const { stages, patchDefaults } = architecture(backbone.id)
  const isShared = options.isCacheShared === true
  const cache = cacheFolder === null ? null : openFeatureCache(cacheFolder, { isShared })
  const memory = openFeatureMemory(Math.min(options.keptBytes ?? 0, defaultCacheBytes()))
  const contents = options.contents ?? rememberContents()
  const readWhole = createPictureReader()
  const sessions = new Map<string, Promise<Backbone>>()

  // One run of the network at a time: each uses all threads.
  let lastRun: Promise<unknown> = Promise.resolve()

  const readingOf = (ref: ImageRef): PixelReading | undefined => ref.reading ?? options.reading

  /** @param prepare - From a decoded image to one of `size`; `recipe` tells its results from those of other ways. */
  const viewAt = (size: Size, prepare: (image: Image) => PreparedImage, recipe: string): Vision => {
    const batch = options.batch ?? Math.min(batchOf(size), Math.max(1, options.images ?? Infinity))
    const lookAhead = Math.max(2 * threads, batch)

    const session = (wanted: readonly string[]): Promise<Backbone> => {
      const name = [size.width, size.height, ...wanted].join('\n')
      let opened = sessions.get(name)
      if (opened === undefined) {
        const { id, weights, weightsId } = backbone
        opened = open({ id, weights, weightsId, stages: wanted, size, device, threads, batch })
        sessions.set(name, opened)
      }
      return opened
    }

    const isOfThisView = (ref: ImageRef): ref is ImageRef & { readonly prepared: PreparedImage } =>
      ref.picture !== undefined &&
      ref.prepared?.width === size.width &&
      ref.prepared.height === size.height &&
      ref.crop === undefined &&
      interest === null &&
      recipe === ''

    const extract = (images: readonly PreparedImage[], wanted: readonly string[]) => {
      const run = lastRun.then(async () => (await (await session(wanted)).extract(images)).map(roundFeatures))
      lastRun = run.catch(() => {}) // the caller gets the error; the next run is another matter
      return run
    }

    const read = async (ref: ImageRef, bytes: Uint8Array | null): Promise<PreparedImage> => {
      if (isOfThisView(ref)) return ref.prepared
      const started = performance.now()
      const there = bytes ?? (ref.picture === undefined ? ((await contents.read?.(ref.path)) ?? null) : null)
      const image = await readWhole(ref, there, readingOf(ref))
      options.onDecoded?.(ref, performance.now() - started)
      return prepare(cutPicture(ref, image, interest))
    }

    async function* images(refs: readonly ImageRef[], task: Task): AsyncGenerator<Outcome<PreparedImage>> {
      yield* mapConcurrent(refs, lookAhead, async (ref) => {
        checkCancelled(task)
        const { path } = ref
        return attempt<Outcome<PreparedImage>>(
          async () => ({ ok: true, path, value: await read(ref, null) }),
          (error) => ({ ok: false, path, error }),
        )
      })
    }

    async function* features(
      refs: readonly ImageRef[],
      wanted: readonly string[],
      task: Task,
    ): AsyncGenerator<Outcome<ImageFeatures>> {
      if (refs.length === 0) return
      const { fingerprint } = await session(wanted)
      const way = [preparationVersion, size.width, size.height, fit, fingerprint, device]
      const keyOf = (sha256: string, ref: ImageRef): string => {
        const own = [...recipeOf(readingOf(ref)), ...cutRecipe(ref.crop, interest)]
        return createHash('sha256')
          .update(JSON.stringify([sha256, ...way, ...(recipe === '' ? [] : [recipe]), ...own]))
          .digest('hex')
      }
      /** In memory. A path is one file while a run lasts; a name of a worker stands for another content in another dataset. */
      const placeOf = async (ref: ImageRef): Promise<string> => {
        const what = contents.read === undefined ? ref.path : (await contents.identify(ref.path)).sha256
        return JSON.stringify([what, ...wanted, recipe, size, ...recipeOf(readingOf(ref)), ref.crop])
      }
      const look = (ref: ImageRef): Promise<Looked> => {
        const { path, picture } = ref
        return attempt<Looked>(
          async () => {
            // A picture in memory is seen once: it is worth neither a hash nor a place in the cache.
            if (picture !== undefined)
              return { kind: 'missing', path, key: null, image: await read(ref, null) }
            const kept = memory.find(await placeOf(ref))
            if (kept !== undefined) return { kind: 'found', path, features: kept }
            const { sha256, bytes } = await contents.identify(path)
            const key = keyOf(sha256, ref)
            const found = await cache?.find(key)
            if (found !== undefined) return { kind: 'found', path, features: found }
            return { kind: 'missing', path, key, image: await read(ref, bytes) }
          },
          (error) => ({ kind: 'failed', path, error }),
        )
      }
      const steps = {
        look,
        extract: (missing: readonly PreparedImage[]) => extract(missing, wanted),
        store: async (key: string | null, fresh: ImageFeatures) => {
          if (key !== null) await cache?.store(key, fresh, task)
        },
      }
      let i = 0
      for await (const outcome of streamFeatures(
        refs,
        steps,
        { batch, lookAhead, label: 'features' },
        task,
      )) {
        const ref = refs[i++]!
        if (outcome.ok && ref.picture === undefined) memory.keep(await placeOf(ref), outcome.value)
        yield outcome
      }
    }

    const scaled = (factor: number, scaling: Scaling = 'smooth'): Vision => {
      const other = { width: size.width * factor, height: size.height * factor }
      if (!Object.values(other).every((side) => Number.isInteger(side) && side >= 1)) {
        throw new UsageError(
          `size: expected one that ${factor} times makes whole pixels, got ${size.width}x${size.height}`,
        )
      }
      if (scaling === 'smooth') return viewAt(other, (image) => prepareImage(image, other, fit), '')
      const step = Math.round(1 / factor)
      return viewAt(other, (image) => subsample(prepare(image), step), `${recipe}/subsampled ${step}`)
    }

    return {
      size,
      fit,
      backbone: { id: backbone.id, weights: backbone.weightsId, stages, patchDefaults },
      images,
      foreground: async (ref, { frame }) => {
        const mask = await objectMask(ref, frame.source, interest)
        return mask && prepareMask(mask, frame)
      },
      features,
      extract,
      scaled,
    }
  }

  return {
    ...viewAt(size, (image) => prepareImage(image, size, fit), ''),
    async close() {
      await lastRun
      const opened = await Promise.allSettled(sessions.values())
      sessions.clear()
      for (const one of opened) if (one.status === 'fulfilled') await one.value.close()
    },
  }
}

/** Of the part that is looked at: where the object is and defects count; null where nothing limits it. */
async function objectMask(
  { foreground, crop }: ImageRef,
  part: Size,
  interest: RegionOfInterest | null,
): Promise<Mask | null> {
  const cut = (mask: Mask): Mask => (crop === undefined ? mask : cutRect(mask, crop))
  const object = foreground == null ? null : cut(await readMask(foreground, crop?.of ?? part))
  if (interest === null) return object
  const counts = cut(interest.mask)
  if (object === null) return counts
  return { ...object, data: object.data.map((value, i) => value & counts.data[i]!) }
}

/** What tells features of one reading of a file from those of another; nothing for the plain one. */
const recipeOf = (reading: PixelReading | undefined): string[] =>
  reading === undefined
    ? []
    : [`pixels ${reading.range?.low ?? ''}..${reading.range?.high ?? ''} page ${reading.page ?? 1}`]

/** A file that cannot be read or decoded is an outcome, made by `failed`; anything else is an error. */
async function attempt<T>(work: () => Promise<T>, failed: (error: string) => T): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    return failed(reasonOfBadFile(cause))
  }
}
