/**
 * Annotations in the format of COCO: polygons, and run lengths plain or packed into text.
 *
 * Source: "Data format" on cocodataset.org; packed run lengths by `rleFrString` in cocoapi `common/maskApi.c`.
 */
import { z } from 'zod'
import { InputError } from '../../errors.ts'
import { mustGet } from '../../present.ts'
import type { AnnotatedImage, Annotations } from './annotation.ts'
import type { Region } from './fill-region.ts'

const runsSchema = z.object({
  size: z.tuple([z.int().positive(), z.int().positive()]),
  counts: z.union([z.string(), z.array(z.int().nonnegative())]),
})

/** Some programs write ids as text in one place and as numbers in another; they are compared as text. */
const idSchema = z.union([z.int(), z.string()]).transform(String)

export const cocoSchema = z.object({
  images: z.array(
    z.object({
      id: idSchema,
      file_name: z.string(),
      width: z.int().positive().nullish(),
      height: z.int().positive().nullish(),
    }),
  ),
  annotations: z.array(
    z.object({
      image_id: idSchema,
      category_id: idSchema.nullish(),
      segmentation: z.union([z.array(z.array(z.number())), runsSchema]).nullish(),
      bbox: z.array(z.number()).nullish(),
      keypoints: z.array(z.number()).nullish(),
    }),
  ),
  categories: z.array(z.object({ id: idSchema, name: z.string() })).nullish(),
})

/** @throws {InputError} Run lengths of another size than they state. */
export function readCoco(path: string, file: z.infer<typeof cocoSchema>): Annotations {
  const names = new Map(file.categories?.map(({ id, name }) => [id, name]))
  const byImage = new Map<
    string,
    { regions: AnnotatedImage['regions'][number][]; withoutArea: AnnotatedImage['withoutArea'][number][] }
  >()
  for (const { id } of file.images) byImage.set(id, { regions: [], withoutArea: [] })
  let strays = 0
  for (const { image_id: id, category_id: category, segmentation, bbox, keypoints } of file.annotations) {
    const own = byImage.get(id)
    if (own === undefined) {
      strays++
      continue
    }
    const label = (category && names.get(category)) ?? ''
    const found = !segmentation
      ? []
      : Array.isArray(segmentation)
        ? polygons(segmentation)
        : [runs(path, segmentation)]
    own.regions.push(...found.map((region) => ({ label, region })))
    if (found.length === 0)
      own.withoutArea.push({ kind: bbox?.length === 4 ? 'box' : keypoints?.length ? 'point' : 'tag', label })
  }
  return {
    format: 'COCO',
    images: file.images.map(({ id, file_name: name, width, height }) => ({
      name,
      size: width && height ? { width, height } : null,
      ...mustGet(byImage, id),
    })),
    remarks: strays === 0 ? [] : [`${strays} annotations are of images that the file does not list.`],
  }
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
    const before = counts.length > 2 ? (counts.at(-2) ?? 0) : 0 // of the same kind, two back
    counts.push(value + before)
  }
  return counts
}
