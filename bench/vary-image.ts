/** One picture as another photograph of the same: for benches that need many images and render few. */
import type { Image } from '../src/image/image.ts'
import type { Random } from '../src/math/random.ts'

/** Shifted by up to 6 pixels, another gain and some noise. */
export function vary({ width, height, data }: Image, random: Random): Image {
  const [dx, dy] = [random.integer(13) - 6, random.integer(13) - 6]
  const gain = 0.85 + 0.3 * random.uniform()
  const varied = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (((y + dy + height) % height) * width + ((x + dx + width) % width))
      const noise = 8 * (random.uniform() - 0.5)
      for (let c = 0; c < 3; c++) {
        varied[3 * (y * width + x) + c] = Math.min(255, Math.max(0, gain * data[from + c]! + noise))
      }
    }
  }
  return { width, height, data: varied }
}
