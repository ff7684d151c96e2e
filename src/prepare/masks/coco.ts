/**
 * Object annotations in the format of COCO: polygons, and run lengths plain or packed into text.
 *
 * Source: "Data format" on cocodataset.org; packed run lengths by `rleFrString` in cocoapi `common/maskApi.c`.
 */
import { z } from 'zod'
import type { Region } from '../../dataset/annotations/fill-region.ts'
import { InputError } from '../../errors.ts'
import type { NamedMask } from './named-mask.ts'

const runsSchema = z.object({
  size: z.tuple([z.int().positive(), z.int().positive()]),
  counts: z.union([z.string(), z.array(z.int().nonnegative())]),
})

export const cocoSchema = z.object({
  images: z.array(
    z.object({
      id: z.union([z.int(), z.string()]),
      file_name: z.string(),
      width: z.int().positive().nullish(),
      height: z.int().positive().nullish(),
    }),
  ),
  annotations: z.array(
    z.object({
      image_id: z.union([z.int(), z.string()]),
      segmentation: z.union([z.array(z.array(z.number())), runsSchema]).nullish(),
    }),
  ),
})

/** @returns A mask for each image that has an annotation with an area. @throws {InputError} Run lengths of another size. */
export function cocoMasks(path: string, { images, annotations }: z.infer<typeof cocoSchema>): NamedMask[] {
  const regions = new Map<string | number, Region[]>()
  for (const { image_id: id, segmentation } of annotations) {
    if (!segmentation) continue
    const found = Array.isArray(segmentation) ? polygons(segmentation) : [runs(path, segmentation)]
    regions.set(id, [...(regions.get(id) ?? []), ...found])
  }
  return images.flatMap(({ id, file_name: name, width, height }) => {
    const own = regions.get(id)
    if (own === undefined || own.length === 0) return []
    return [
      { name, mask: { kind: 'regions', size: width && height ? { width, height } : null, regions: own } },
    ]
  })
}

const polygons = (rings: readonly (readonly number[])[]): Region[] =>
  rings
    .filter(({ length }) => length >= 6)
    .map((ring) => ({
      kind: 'polygon',
      points: Array.from({ length: ring.length >> 1 }, (_, i) => [ring[2 * i]!, ring[2 * i + 1]!] as const),
    }))

function runs(path: string, { size: [height, width], counts }: z.infer<typeof runsSchema>): Region {
  const lengths = typeof counts === 'string' ? unpackCounts(counts) : counts
  const sum = lengths.reduce((total, count) => total + count, 0)
  if (sum !== width * height || lengths.some((count) => count < 0)) {
    throw new InputError(path, `run lengths of ${sum} pixels, expected ${width}x${height}`)
  }
  return { kind: 'runs', box: { x: 0, y: 0, width, height }, order: 'columns', counts: lengths }
}

/** Five bits a character from `0` on, the sixth says that more follow; from the third on, differences to the length before last. */
export function unpackCounts(text: string): number[] {
  const counts: number[] = []
  for (let at = 0; at < text.length; ) {
    let value = 0
    let shift = 0
    for (let more = true; more && at < text.length; at++) {
      const bits = text.charCodeAt(at) - 48
      value |= (bits & 31) << shift
      shift += 5
      more = (bits & 32) !== 0
      if (!more && (bits & 16) !== 0) value |= -1 << shift
    }
    counts.push(counts.length > 2 ? value + counts.at(-2)! : value)
  }
  return counts
}
