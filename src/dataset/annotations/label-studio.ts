/**
 * Exports of Label Studio in its JSON format: brush, polygon, rectangle and ellipse labels.
 *
 * Source: "Image segmentation" and "Export annotations" in the Label Studio documentation; the brush's run lengths by `decode_rle`
 * in label-studio-converter `brush.py`, which follows @thi.ng/rle-pack.
 */
import { z } from 'zod'
import { InputError } from '../../errors.ts'
import type { Size } from '../../image/image.ts'
import { present } from '../../present.ts'
import type { AnnotatedImage, Annotations, MarkWithoutArea } from './annotation.ts'
import type { Region } from './fill-region.ts'

const resultSchema = z.object({
  type: z.string(),
  original_width: z.int().positive().optional(),
  original_height: z.int().positive().optional(),
  value: z.looseObject({
    rle: z.array(z.int().min(0).max(255)).optional(),
    points: z.array(z.tuple([z.number(), z.number()])).optional(),
    x: z.number().optional(),
    y: z.number().optional(),
    width: z.number().optional(),
    height: z.number().optional(),
    radiusX: z.number().optional(),
    radiusY: z.number().optional(),
    rotation: z.number().optional(),
  }),
})

export const labelStudioSchema = z.array(
  z.object({
    data: z.record(z.string(), z.unknown()),
    file_upload: z.string().nullish(),
    annotations: z.array(z.object({ was_cancelled: z.boolean().optional(), result: z.array(z.unknown()) })),
  }),
)

/** The short export ("JSON-MIN"): one flat object for each picture, results under the names of the labelling controls. */
export const shortLabelStudioSchema = z.array(
  z
    .looseObject({ id: z.union([z.int(), z.string()]) })
    .refine((task) => nameOf(task) !== undefined, 'no image'),
)

/**
 * Of several annotations of an image the first that was not cancelled counts.
 *
 * @throws {InputError} Brush strokes of another size than stated.
 */
export function readLabelStudio(path: string, tasks: z.infer<typeof labelStudioSchema>): Annotations {
  const images = tasks.flatMap(({ data, file_upload: upload, annotations }): AnnotatedImage[] => {
    const name = nameOf(data) ?? upload
    const annotation = annotations.find(({ was_cancelled: cancelled }) => cancelled !== true)
    return name === undefined || name === null || annotation === undefined
      ? []
      : [imageOf(path, name, annotation.result)]
  })
  return { format: 'Label Studio', images, remarks: [] }
}

/** @throws {InputError} as {@link readLabelStudio}. */
export function readShortLabelStudio(
  path: string,
  tasks: z.infer<typeof shortLabelStudioSchema>,
): Annotations {
  const images = tasks.map((task) => {
    const results = Object.values(task).flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []))
    return imageOf(path, present(nameOf(task), 'a name, which the schema asks for'), results.map(lengthened))
  })
  return { format: 'Label Studio (JSON-MIN)', images, remarks: [] }
}

/** A result of the short form as the long one has it: what it is, is told by the name of its labels. */
function lengthened(result: unknown): unknown {
  if (typeof result !== 'object' || result === null) return result
  const { original_width, original_height, ...value } = result as Record<string, unknown>
  const type = Object.keys(value).find((key) => key.endsWith('labels')) ?? 'unknown'
  return { type, value, original_width, original_height }
}

function imageOf(path: string, name: string, results: readonly unknown[]): AnnotatedImage {
  const regions: AnnotatedImage['regions'][number][] = []
  const withoutArea: { kind: MarkWithoutArea; label: string }[] = []
  let size: Size | null = null
  for (const each of results) {
    const parsed = resultSchema.safeParse(each)
    if (!parsed.success) continue
    const { type, original_width: width, original_height: height, value } = parsed.data
    const label = labelOf(type, value)
    const original = width && height ? { width, height } : null
    const region = original && regionOf(path, parsed.data, original)
    if (region !== null) {
      size = original
      regions.push({ label, region })
    } else if (/^(choices|taxonomy|rating)/.test(type)) withoutArea.push({ kind: 'tag', label })
    else if (type.startsWith('keypoint')) withoutArea.push({ kind: 'point', label })
  }
  return { name, size, regions, withoutArea }
}

function labelOf(type: string, value: Readonly<Record<string, unknown>>): string {
  const labels = value[type]
  return Array.isArray(labels) && typeof labels[0] === 'string' ? labels[0] : ''
}

/** The first value that looks like an image's address; local files are named in the address's query. */
function nameOf(data: Readonly<Record<string, unknown>>): string | undefined {
  const texts = Object.values(data).filter((value) => typeof value === 'string')
  const address = texts.find((text) => /\.(png|jpe?g|bmp|tiff?|webp|gif)($|[?#])/i.test(text))
  if (address === undefined) return
  const local = /[?&]d=([^&]+)/.exec(address)?.[1]
  const name = local ?? address.replace(/[?#].*$/, '').replace(/^[a-z]+:\/\/[^/]*\//i, '')
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

function regionOf(path: string, { type, value }: z.infer<typeof resultSchema>, size: Size): Region | null {
  const { rle, points, x, y, width, height, radiusX, radiusY, rotation = 0 } = value
  const across = (percent: number): number => (percent / 100) * size.width
  const down = (percent: number): number => (percent / 100) * size.height
  if (rle !== undefined) return brush(path, rle, size)
  if (points !== undefined && points.length >= 3 && type.startsWith('polygon'))
    return { kind: 'polygon', points: points.map(([px, py]) => [across(px), down(py)] as const) }
  if (x === undefined || y === undefined) return null
  if (radiusX !== undefined && radiusY !== undefined)
    return {
      kind: 'ellipse',
      centre: [across(x), down(y)],
      radii: [across(radiusX), down(radiusY)],
      rotation,
    }
  if (width === undefined || height === undefined) return null
  // Turned about the upper left corner.
  const cos = Math.cos((rotation * Math.PI) / 180)
  const sin = Math.sin((rotation * Math.PI) / 180)
  const [w, h] = [across(width), down(height)]
  const corner = (u: number, v: number): readonly [number, number] => [
    across(x) + cos * u - sin * v,
    down(y) + sin * u + cos * v,
  ]
  return { kind: 'polygon', points: [corner(0, 0), corner(w, 0), corner(w, h), corner(0, h)] }
}

/** The alpha of an RGBA picture, as runs of pixels that are painted at all. */
function brush(path: string, rle: readonly number[], { width, height }: Size): Region {
  const bytes = unpackBrush(rle)
  if (bytes.length !== 4 * width * height) {
    throw new InputError(path, `a brush label of ${bytes.length} bytes, expected ${4 * width * height}`)
  }
  const counts: number[] = []
  let isInside = false
  let length = 0
  for (let at = 3; at < bytes.length; at += 4) {
    if (bytes[at]! > 0 !== isInside) {
      counts.push(length)
      length = 0
      isInside = !isInside
    }
    length++
  }
  counts.push(length)
  return { kind: 'runs', box: { x: 0, y: 0, width, height }, order: 'rows', counts }
}

/**
 * Bits, highest first: 32 for the count of words, 5 for a word's width - 1, four times 4 for widths of run lengths - 1; then runs:
 * one bit for repeated or not, two for which width, the length - 1, and one word, or as many as the run is long.
 */
export function unpackBrush(packed: readonly number[]): Uint8Array {
  let bit = 0
  const read = (bits: number): number => {
    let value = 0
    for (let k = 0; k < bits; k++, bit++)
      value = 2 * value + (((packed[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1)
    return value
  }
  const count = read(32)
  const word = read(5) + 1
  const sizes = [0, 1, 2, 3].map(() => read(4) + 1)
  if (count > 64 * 8 * 4096 * Math.max(1, packed.length)) return new Uint8Array(0) // no stream packs that tightly
  const out = new Uint8Array(count)
  for (let at = 0; at < count && bit < 8 * packed.length; ) {
    const isRepeated = read(1) === 1
    const end = Math.min(count, at + 1 + read(sizes[read(2)]!))
    if (isRepeated) out.fill(read(word), at, end)
    else for (let i = at; i < end; i++) out[i] = read(word)
    at = end
  }
  return out
}
