/** What the first pass finds out about one image: where the object is and what its mask is like. Kept on disk, to go on from. */
import { z } from 'zod'
import type { Mask, Rect, Size } from '../image/image.ts'
import { principalAxis } from '../math/principal-axis.ts'
import { tightBox } from '../math/tight-box.ts'
import { present } from '../present.ts'
import { type MaskFacts, measureMask } from './measure-mask.ts'
import { moveMask } from './move-pixels.ts'
import { type Placement, turnedPlacement } from './placement.ts'

export interface SegmentRecord {
  readonly size: Size
  /** Null where nothing was found. */
  readonly object: ObjectRecord | null
  readonly confidence: number | null
  readonly objects: number
  readonly notes: readonly string[]
  /** Look of the object for clustering views, [looks]; empty where not asked for. */
  readonly looks: readonly number[]
}

export interface ObjectRecord {
  readonly facts: MaskFacts
  /** How to turn it upright; null where it has no clear axis, or this was not asked for. */
  readonly turn: { readonly placement: Placement; readonly box: Rect; readonly skew: number } | null
}

/** Below this elongation, a direction is noise. */
const leastElongation = 1.15

export function describeObject(mask: Mask, wantsTurn: boolean): ObjectRecord {
  const facts = measureMask(mask)
  if (!wantsTurn) return { facts, turn: null }
  const axis = present(principalAxis(mask.data, mask.width, mask.height), 'a mask that is not empty')
  if (axis.elongation < leastElongation) return { facts, turn: null }
  const placement = turnedPlacement(mask, -axis.lean, axis)
  const turned = moveMask(mask, placement)
  const box = tightBox(turned.data, turned.width, turned.height)
  return { facts, turn: box && { placement, box, skew: axis.skew } }
}

const sizeSchema = z.strictObject({ width: z.number(), height: z.number() })
const rectSchema = z.strictObject({ x: z.number(), y: z.number(), ...sizeSchema.shape })
const placementSchema = z.strictObject({
  source: sizeSchema,
  size: sizeSchema,
  toSource: z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]),
})

/** As JSON: the silhouette is text. */
export const segmentRecordSchema = z.strictObject({
  size: sizeSchema,
  object: z
    .strictObject({
      facts: z.strictObject({
        box: rectSchema,
        pixels: z.number(),
        border: z.number(),
        pieces: z.number(),
        holes: z.number(),
        solidity: z.number(),
        silhouette: z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64'))),
      }),
      turn: z.strictObject({ placement: placementSchema, box: rectSchema, skew: z.number() }).nullable(),
    })
    .nullable(),
  confidence: z.number().nullable(),
  objects: z.number(),
  notes: z.array(z.string()),
  looks: z.array(z.number()),
})

export function segmentRecordJson(record: SegmentRecord): unknown {
  const { object } = record
  if (object === null) return record
  const silhouette = Buffer.from(object.facts.silhouette).toString('base64')
  return { ...record, object: { ...object, facts: { ...object.facts, silhouette } } }
}
