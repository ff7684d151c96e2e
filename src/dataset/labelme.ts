/** Annotations by labelme: shapes in source pixels, checked where they are read. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { InputError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'

/** x to the right, y down, from the upper left corner of the image; the first pixel's centre is (0.5, 0.5). */
export type Point = readonly [number, number]

export type Shape =
  | { readonly label: string; readonly type: 'polygon'; readonly points: readonly Point[] }
  | { readonly label: string; readonly type: 'rectangle'; readonly corners: readonly [Point, Point] }
  | { readonly label: string; readonly type: 'circle'; readonly centre: Point; readonly radius: number }
  /** A mask that was found with the help of a network: a PNG, and where its upper left corner lies. */
  | { readonly label: string; readonly type: 'mask'; readonly corner: Point; readonly png: Uint8Array }

/** Shapes that are drawn from their points alone. */
export type DrawnShape = Exclude<Shape, { type: 'mask' }>

export interface LabelmeFile {
  /** Size of the annotated image; null where the file does not say. */
  readonly width: number | null
  readonly height: number | null
  readonly shapes: readonly Shape[]
  /** Lines and points. */
  readonly withoutArea: readonly { readonly kind: 'line' | 'point'; readonly label: string }[]
}

const fileSchema = z.object({
  imageWidth: z.number().int().positive().nullish(),
  imageHeight: z.number().int().positive().nullish(),
  shapes: z.array(
    z.object({
      label: z.string(),
      shape_type: z.string().default('polygon'),
      points: z.array(z.tuple([z.number(), z.number()])),
      /** PNG in base64, of shapes of type `mask`. */
      mask: z.string().nullish(),
    }),
  ),
})

/** Shapes of labelme that mark no area. */
const areaLess: Readonly<Record<string, 'line' | 'point'>> = {
  line: 'line',
  linestrip: 'line',
  point: 'point',
  points: 'point',
}

/** @throws {InputError} It cannot be read, or as {@link parseLabelme}. */
export async function readLabelme(path: string): Promise<LabelmeFile> {
  try {
    return parseLabelme(path, await readFile(path, 'utf8'))
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new InputError(path, `cannot be read: ${systemReason(cause)}`, { cause })
  }
}

/**
 * @param path - Stands in the errors.
 * @throws {InputError} No JSON, not labelme's fields, a type of shape that labelme does not have, or too few points.
 */
export function parseLabelme(path: string, text: string): LabelmeFile {
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new InputError(path, `is no JSON: ${(cause as Error).message}`, { cause })
  }
  const parsed = fileSchema.safeParse(json)
  if (!parsed.success) {
    const { path: field, message } = parsed.error.issues[0]!
    throw new InputError(path, `is no labelme file: ${field.join('.') || 'the whole'}: ${message}`)
  }
  const { imageWidth, imageHeight, shapes } = parsed.data
  return {
    width: imageWidth ?? null,
    height: imageHeight ?? null,
    withoutArea: shapes.flatMap(({ label, shape_type: type }) =>
      Object.hasOwn(areaLess, type) ? [{ kind: areaLess[type]!, label }] : [],
    ),
    shapes: shapes.flatMap(({ label, shape_type: type, points, mask }, i): Shape[] => {
      if (Object.hasOwn(areaLess, type)) return []
      const fail = (expected: string): never => {
        throw new InputError(path, `shape ${i + 1} (${label}): expected ${expected}`)
      }
      if (type === 'polygon') {
        return points.length < 3
          ? fail(`a polygon of 3 points or more, got ${points.length}`)
          : [{ label, type, points }]
      }
      if (type === 'rectangle') {
        // Two opposite corners; since labelme 5.6 all four, in turn.
        if (points.length !== 2 && points.length !== 4) return fail(`2 or 4 corners, got ${points.length}`)
        return [{ label, type, corners: [points[0]!, points[points.length / 2]!] }]
      }
      if (type === 'circle') {
        if (points.length !== 2) return fail(`centre and a point of the circle, got ${points.length} points`)
        const [centre, rim] = [points[0]!, points[1]!]
        return [{ label, type, centre, radius: Math.hypot(rim[0] - centre[0], rim[1] - centre[1]) }]
      }
      if (type === 'mask') {
        const [corner] = points
        if (corner === undefined || !mask) return fail('a mask with its corner and its picture')
        return [
          {
            label,
            type,
            corner: [Math.round(corner[0]), Math.round(corner[1])],
            png: Buffer.from(mask, 'base64'),
          },
        ]
      }
      return fail(`a polygon, rectangle, circle or mask, got a ${type}`)
    }),
  }
}
