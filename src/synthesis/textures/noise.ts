/** Noise over a plane, however it is turned, stretched or warped: gradient noise on an endless lattice. */
import type { Random } from '../../math/random.ts'
import type { Plane } from './plane.ts'

/** A permutation of 0..255, twice: `table[table[i & 255] + (j & 255)]` is a number of the lattice point (i, j). */
export function drawTable(random: Random): Uint8Array {
  const order = random.shuffleInPlace(Uint8Array.from({ length: 256 }, (_, i) => i))
  const table = new Uint8Array(512)
  table.set(order)
  table.set(order, 256)
  return table
}

/**
 * Adds gradient noise to a field.
 *
 * @param frequencyU, frequencyV - Lattice cells per period, along and across; far apart, they give streaks.
 * @param weight - What the noise, of range -1..1, is multiplied by.
 * Source: Perlin 2002; 256 gradients at equal angles instead of his 12.
 */
export function addNoise(
  field: Float64Array,
  { u, v }: Pick<Plane, 'u' | 'v'>,
  frequencyU: number,
  frequencyV: number,
  weight: number,
  random: Random,
): void {
  const table = drawTable(random)
  const scale = Math.SQRT2 * weight
  for (let i = 0; i < field.length; i++) {
    const x = u[i]! * frequencyU
    const y = v[i]! * frequencyV
    const column = Math.floor(x)
    const row = Math.floor(y)
    const dx = x - column
    const dy = y - row
    const left = table[column & 255]!
    const right = table[(column + 1) & 255]!
    const upper = row & 255
    const lower = (row + 1) & 255
    const a = table[left + upper]!
    const b = table[right + upper]!
    const c = table[left + lower]!
    const d = table[right + lower]!
    const mixX = dx * dx * dx * (dx * (dx * 6 - 15) + 10)
    const mixY = dy * dy * dy * (dy * (dy * 6 - 15) + 10)
    const top = cosines[a]! * dx + sines[a]! * dy
    const topRight = cosines[b]! * (dx - 1) + sines[b]! * dy
    const bottom = cosines[c]! * dx + sines[c]! * (dy - 1)
    const bottomRight = cosines[d]! * (dx - 1) + sines[d]! * (dy - 1)
    const above = top + (topRight - top) * mixX
    const below = bottom + (bottomRight - bottom) * mixX
    field[i] = field[i]! + scale * (above + (below - above) * mixY)
  }
}

const cosines = Float64Array.from({ length: 256 }, (_, i) => Math.cos((2 * Math.PI * i) / 256))
const sines = Float64Array.from({ length: 256 }, (_, i) => Math.sin((2 * Math.PI * i) / 256))

/**
 * Sum of octaves, each twice as fine, stretched to 0..1.
 *
 * @param gain - Weight of an octave against the one before: 0.5 smooth, 0.8 rough.
 */
export function fractalNoise(
  plane: Pick<Plane, 'u' | 'v'>,
  octaves: number,
  gain: number,
  random: Random,
  frequency = 1,
): Float64Array {
  const field = new Float64Array(plane.u.length)
  for (let octave = 0; octave < octaves; octave++) {
    const cells = frequency * 2 ** octave
    addNoise(field, plane, cells, cells, gain ** octave, random)
  }
  stretchInPlace(field)
  return field
}

/** Lowest value to 0, highest to 1; a flat field becomes 0. */
export function stretchInPlace(field: Float64Array): void {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < field.length; i++) {
    const value = field[i]!
    if (value < low) low = value
    if (value > high) high = value
  }
  const scale = high > low ? 1 / (high - low) : 0
  for (let i = 0; i < field.length; i++) field[i] = (field[i]! - low) * scale
}
