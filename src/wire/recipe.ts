/** How photographs become what a model learnt from: in `prepare.json` in parts, in a model's card as a whole. */
import { z } from 'zod'
import { pixelsSchema } from './subject.ts'

const sizeSchema = z.strictObject({ width: z.int().positive(), height: z.int().positive() })

/** How one photograph is brought to what a prepared dataset holds. */
export const recipeSchema = z.strictObject({
  /** `masks` and `grounded-sam` found the objects elsewhere: photographs cannot be prepared by the model itself. */
  segmenter: z.enum(['embedded', 'grounded-sam', 'masks', 'none']),
  /** Colour of the background; null to leave it. */
  blank: z.tuple([z.int(), z.int(), z.int()]).nullable(),
  /** Brought to the middle of `canvas`. */
  center: z.boolean(),
  /** Turned upright; where objects have a heavy end, it is down. */
  rotateUpright: z.boolean(),
  heavyEndDown: z.boolean(),
  /** Null where objects stay where they are. */
  canvas: sizeSchema.nullable(),
  /** Cut into tiles of this size at last; null for none. */
  tile: sizeSchema.nullable(),
  /** Sizes of the photographs, the most frequent first. */
  photographs: z.array(sizeSchema).min(1).max(16),
  /** How the photographs' pixels were read; null for the plain way. */
  pixels: pixelsSchema.nullable(),
  /** The command that prepared them. */
  command: z.string(),
})

export type Recipe = z.infer<typeof recipeSchema>
