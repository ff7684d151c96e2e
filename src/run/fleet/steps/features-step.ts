/** The step `features`: the features of a shard of images, put where all workers find them, and what the first look tells of each. */
import { z } from 'zod'
import type { Sample } from '../../../dataset/sample.ts'
import type { Frame } from '../../../image/image.ts'
import type { PixelReading } from '../../../image/pixel-reading.ts'
import type { Step } from '../../../work/step.ts'
import { type ActivationMaps, gatherActivations } from '../../open/activation-maps.ts'
import { lookAtAll, type Seen } from '../../open/look-at-all.ts'
import { lookAtTiles } from '../../open/look-at-tiles.ts'
import { floatsFrom, floatsOf, floatsText } from '../floats.ts'
import type { Look } from '../look.ts'
import type { Bench } from './bench.ts'

export interface FeaturesOrder {
  readonly look: Look
  readonly stages: readonly string[]
  readonly images: readonly {
    readonly sha256: string
    readonly reading?: PixelReading
    /** Its mean embedding is asked for. */
    readonly isCompared?: true
    /** It counts among what the backbone answers to; `shown` serves as an example of that. */
    readonly activation?: 'counted' | 'shown'
  }[]
}

const size = z.strictObject({ width: z.number(), height: z.number() })
const rect = z.strictObject({ x: z.number(), y: z.number(), ...size.shape })
export const mapSchema = z.strictObject({ ...size.shape, data: floatsText })
export const frameSchema = z.strictObject({ source: size, size, visible: rect, content: rect })

/** Images by their place in the shard; numbers of maps as bytes, little-endian float32. */
export const featuresValueSchema = z.strictObject({
  failures: z.array(z.strictObject({ image: z.number(), reason: z.string() })),
  frames: z.array(z.strictObject({ image: z.number(), frame: frameSchema })),
  embeddings: z.array(z.strictObject({ image: z.number(), data: floatsText })),
  activations: z
    .strictObject({
      stage: z.string(),
      channels: z.number(),
      images: z.number(),
      maximum: z.number(),
      set: mapSchema,
      examples: z.array(z.strictObject({ image: z.number(), map: mapSchema })),
    })
    .nullable(),
})

type FeaturesValue = z.infer<typeof featuresValueSchema>

export async function doFeatures({ order }: Step<FeaturesOrder>, bench: Bench): Promise<FeaturesValue> {
  const { look, stages, images } = order
  const vision = await bench.vision(look)
  const view = await bench.view(look)
  const samples: Sample[] = []
  for (const [i, { sha256, reading, activation }] of images.entries()) {
    // Tiles are planned by the head of a file.
    const path = view?.tiles ? await bench.fileOf(sha256) : sha256
    bench.names.set(path, sha256)
    samples.push({
      ...{ id: String(i), path, label: activation === undefined ? 'anomalous' : 'nominal', part: null },
      ...{ defect: null, mask: null, foreground: null, split: null, attributes: {} },
      ...(reading && { reading }),
    })
  }
  const isCompared = ({ id }: Sample): boolean => images[Number(id)]?.isCompared === true
  const shown = images.flatMap(({ activation }, i) => (activation === 'shown' ? [String(i)] : []))
  const activations = gatherActivations(new Set(shown))
  const seen = view?.tiles
    ? await lookAtTiles(samples, view, view.tiles, vision, stages, isCompared, bench.task)
    : await lookAtAll(samples, vision, stages, isCompared, bench.task, activations.add)
  // Images of one content share their path, and what is wrong with it.
  const reasons = new Map(seen.failures.map(({ path, reason }) => [path, reason]))
  const maps = activations.maps()
  return {
    failures: samples.flatMap(({ path }, image) => {
      const reason = reasons.get(path)
      return reason === undefined ? [] : [{ image, reason }]
    }),
    frames: [...seen.frames].map(([id, frame]) => ({ image: Number(id), frame })),
    embeddings: [...seen.embeddings].map(([id, data]) => ({ image: Number(id), data: floatsFrom(data) })),
    activations: maps && {
      ...maps,
      set: { ...maps.set, data: floatsFrom(maps.set.data) },
      examples: maps.examples.map(({ sample, map }) => ({
        image: Number(sample.id),
        map: { ...map, data: floatsFrom(map.data) },
      })),
    },
  }
}

/** What a shard tells, of the samples that it is of. */
export function readFeatures(
  value: unknown,
  shard: readonly Sample[],
): { readonly seen: Omit<Seen, 'samples'>; readonly activations: ActivationMaps | null } {
  const { failures, frames, embeddings, activations } = featuresValueSchema.parse(value)
  const sampleAt = (image: number): Sample => {
    const sample = shard[image]
    if (sample === undefined)
      throw new RangeError(`a shard of ${shard.length} images tells of image ${image}`)
    return sample
  }
  return {
    seen: {
      failures: failures.map(({ image, reason }) => ({ path: sampleAt(image).path, reason })),
      frames: new Map(frames.map(({ image, frame }): [string, Frame] => [sampleAt(image).id, frame])),
      embeddings: new Map(embeddings.map(({ image, data }) => [sampleAt(image).id, floatsOf(data)])),
    },
    activations: activations && {
      ...activations,
      set: { ...activations.set, data: floatsOf(activations.set.data) },
      examples: activations.examples.map(({ image, map }) => ({
        sample: sampleAt(image),
        map: { ...map, data: floatsOf(map.data) },
      })),
    },
  }
}
