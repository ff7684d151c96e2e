/** Pictures that tests of whole detectors and whole runs are made of: nothing to download, nothing to wait for. */
import type { Image } from '../image/image.ts'
import { createRandom } from '../math/random.ts'

/** Upper left corner of the defect's 10x10 square. */
export function defectAt(seed: number, width: number, height: number): { x: number; y: number } {
  const random = createRandom(seed, 'defect')
  return {
    x: 4 + random.integer(Math.max(1, width - 18)),
    y: 4 + random.integer(Math.max(1, height - 18)),
  }
}

/** A nominal picture is stripes with a little noise; a defective one has a bright square on them. */
export function stripes(seed: number, hasDefect: boolean, width = 64, height = 64): Image {
  const random = createRandom(seed, 'stripes')
  const phase = random.uniform() * 8
  const data = new Uint8Array(width * height * 3)
  const { x: left, y: top } = defectAt(seed, width, height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isDefect = hasDefect && x >= left && x < left + 10 && y >= top && y < top + 10
      const grey = isDefect ? 250 : 110 + 40 * Math.sin((x + phase) * 0.8) + 6 * random.normal()
      data.fill(Math.min(255, Math.max(0, Math.round(grey))), 3 * (y * width + x), 3 * (y * width + x) + 3)
    }
  }
  return { width, height, data }
}
