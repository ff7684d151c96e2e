/** Whether a picture is a photograph, or was prepared already: told by its size, and by a background that is painted. */
import type { Image, Size } from '../image/image.ts'
import type { Recipe } from '../wire/recipe.ts'

/** Share of the rim that must have exactly the colour of blanked backgrounds; noise leaves a photograph hardly any. */
const leastBlank = 0.5

/**
 * A picture of the canvas's (or the tiles') size is prepared, unless photographs have that size too. Where the size does not tell, a
 * blanked background does; without one the picture is a photograph: what is prepared once more stays nearly as it is.
 */
export function looksPrepared(
  picture: Image,
  { canvas, tile, blank, photographs }: Pick<Recipe, 'canvas' | 'tile' | 'blank' | 'photographs'>,
): boolean {
  const own = tile ?? canvas
  if (own !== null && !isSame(picture, own)) return false
  if (own !== null && !photographs.some((size) => isSame(picture, size))) return true
  return blank !== null && rimShare(picture, blank) >= leastBlank
}

const isSame = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height

function rimShare({ data, width, height }: Image, [red, green, blue]: readonly number[]): number {
  let [rim, blank] = [0, 0]
  const look = (x: number, y: number): void => {
    const at = 3 * (y * width + x)
    rim++
    if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) blank++
  }
  for (let x = 0; x < width; x++) {
    look(x, 0)
    look(x, height - 1)
  }
  for (let y = 1; y < height - 1; y++) {
    look(0, y)
    look(width - 1, y)
  }
  return blank / rim
}
