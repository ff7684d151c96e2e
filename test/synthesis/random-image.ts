/** Images of random bytes, for tests. */
import type { Image, Size } from '../../src/image/image.ts'
import { createRandom } from '../../src/math/random.ts'

export function randomImage({ width, height }: Size, seed: number): Image {
  const random = createRandom(seed, 'image')
  return { width, height, data: Uint8Array.from({ length: 3 * width * height }, () => random.integer(256)) }
}
