/** One photograph prepared as those of a dataset were: for a model that learnt from prepared images and is shown photographs. */
import type { Image, Mask } from '../image/image.ts'
import type { Mark } from '../wire/preparation.ts'
import type { Recipe } from '../wire/recipe.ts'
import { placePicture } from './place-picture.ts'
import type { Placement } from './placement.ts'
import { planPlacement } from './plan-placement.ts'
import { describeObject } from './segment-record.ts'
import type { Segmenter } from './segmenter.ts'

export interface PreparedPhotograph {
  readonly picture: Image
  /** The object in the picture; null where none was found, or none was looked for. */
  readonly silhouette: Mask | null
  readonly placement: Placement
  /** What may be wrong with it. */
  readonly marks: readonly Mark[]
}

/** A photograph without an object is kept whole, or its middle is, as `prepare` keeps it. Cost: a segmentation, some 10 ns a pixel to move it. */
export async function preparePhotograph(
  image: Image,
  recipe: Omit<Recipe, 'photographs' | 'pixels' | 'command'>,
  segmenter: Segmenter,
): Promise<PreparedPhotograph> {
  const { mask, objects } = await segmenter.segment(image, null)
  const object = mask && describeObject(mask, recipe.rotateUpright)
  const record = { size: { width: image.width, height: image.height }, object }
  const flip = recipe.heavyEndDown && (object?.turn?.skew ?? 0) < 0
  const { placement, isCut } = planPlacement(record, recipe, recipe.canvas, flip)
  const marks: Mark[] = []
  if (recipe.segmenter !== 'none') {
    if (object === null) marks.push('nothing-found')
    if (objects > 1) marks.push('several-objects')
    if (isCut && object !== null) marks.push('larger-than-canvas')
    if (recipe.rotateUpright && object !== null && object.turn === null) marks.push('axis-unclear')
  }
  return { ...placePicture(image, mask, placement, recipe.blank), placement, marks }
}
