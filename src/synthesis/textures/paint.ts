/** From a pattern to pixels: palette, relief, light and grain. */
import type { Image, Size } from '../../image/image.ts'
import type { Random } from '../../math/random.ts'

/** What a pattern draws; arrays are [height, width]. */
export interface Layers {
  /** Place in the palette, 0..1; beyond, it is cut off. */
  readonly tone: Float64Array
  /** What the colour is multiplied by, 1 as it is; null is 1 everywhere. */
  readonly shade: Float64Array | null
}

export interface Finish {
  /** Height of the tone as a relief lit from the upper left; 0 is flat, negative digs in. */
  readonly relief: number
  /** Difference in light from one edge to the other, as a share. */
  readonly light: number
  /** Radians: where the light comes from. */
  readonly lightAngle: number
  /** Standard deviation of the pixels' noise, grey levels. */
  readonly grain: number
}

/** @param palette - [256, 3] RGB. */
export function paint(
  { tone, shade }: Layers,
  { width, height }: Size,
  palette: Uint8Array,
  { relief, light, lightAngle, grain }: Finish,
  random: Random,
): Image {
  const data = new Uint8Array(3 * width * height)
  const across = (light * Math.cos(lightAngle)) / width
  const down = (light * Math.sin(lightAngle)) / height
  const spread = (grain * 2.45) / 65536 // the sum of two uniform 16-bit numbers has the deviation 65536 / 2.45
  let state = random.integer(2 ** 32) | 1
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const here = tone[i]!
      let gain = 1 + across * (x - width / 2) + down * (y - height / 2)
      if (shade !== null) gain *= shade[i]!
      if (relief !== 0 && x > 0 && y > 0) gain += relief * (here - tone[i - width - 1]!)
      // xorshift32 (Marsaglia 2003): a call to the stream for every pixel would take longer than all the rest
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      const noise = spread * ((state & 0xffff) + (state >>> 16) - 65535)
      const at = 3 * (here <= 0 ? 0 : here >= 1 ? 255 : Math.round(255 * here))
      data[3 * i] = toByte(palette[at]! * gain + noise)
      data[3 * i + 1] = toByte(palette[at + 1]! * gain + noise)
      data[3 * i + 2] = toByte(palette[at + 2]! * gain + noise)
    }
  }
  return { width, height, data }
}

const toByte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value))
