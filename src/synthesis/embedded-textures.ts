/**
 * Textures that need no files: procedural stand-ins for the Describable Textures Dataset (Cimpoi et al. 2014).
 *
 * A texture is a family's pattern in a plane that is turned, scaled, stretched and warped at random, coloured by a random
 * palette, with relief, uneven light and grain. Its pixels follow from the stream, the size and the version in the id alone.
 */
import type { Image, Size } from '../image/image.ts'
import type { Random } from '../math/random.ts'
import type { TextureSource } from './texture-source.ts'
import { type Family, families } from './textures/families.ts'
import { paint } from './textures/paint.ts'
import { drawPalette } from './textures/palette.ts'
import { between, ratioBetween } from './textures/pattern.ts'
import { createPlane } from './textures/plane.ts'
import { warpInPlace } from './textures/warp-plane.ts'

export const embeddedTextures: TextureSource = {
  id: 'embedded:1', // to be raised with any change of pixels
  async draw(random, size) {
    return drawTexture(families[random.integer(families.length)]!, random, size)
  },
}

/**
 * One texture of a family.
 *
 * Cost: O(pixels); 2 to 12 ms for 256x256 pixels.
 */
export function drawTexture(family: Family, random: Random, size: Size): Image {
  const shorter = Math.min(size.width, size.height)
  const settings = {
    period: Math.max(2, (ratioBetween(random, ...family.period) * shorter) / 256),
    angle: 2 * Math.PI * random.uniform(),
    stretch: ratioBetween(random, 1, family.stretch),
  }
  const plane = createPlane(size, settings, random.fork('plane'))
  if (random.uniform() < 0.5 && family.warp > 0) {
    warpInPlace(plane, family.warp * random.uniform(), between(random, 0.3, 0.8), random.fork('warp'))
  }
  const finish = {
    relief: random.uniform() < 0.5 ? 0 : between(random, -1, 1) * family.relief,
    light: 0.5 * random.uniform() ** 2,
    lightAngle: 2 * Math.PI * random.uniform(),
    grain: 12 * random.uniform() ** 2,
  }
  const layers = family.pattern(plane, random.fork('pattern'))
  return paint(layers, size, drawPalette(random.fork('palette')), finish, random.fork('grain'))
}
