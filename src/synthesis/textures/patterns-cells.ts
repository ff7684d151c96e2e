/** Families made of scattered cells: cracks, crystals, pebbles, speckles, bubbles. */
import { scatterCells } from './cells.ts'
import { fractalNoise } from './noise.ts'
import { between, type Pattern, smoothStep } from './pattern.ts'

/** Plates with dark or bright gaps: dried mud, crazed glaze, leather. */
export const cracks: Pattern = (plane, random) => {
  const { nearest, second, number } = scatterCells(plane, between(random, 0.7, 1), random)
  const tone = fractalNoise(plane, 3, 0.7, random, 3)
  const gap = between(random, 0.03, 0.15)
  const contrast = between(random, 0, 0.3)
  for (let i = 0; i < tone.length; i++) {
    const plate = 0.5 + contrast * (number[i]! / 255 - 0.5) + 0.25 * (tone[i]! - 0.5)
    tone[i] = plate * smoothStep(0.2 * gap, gap, second[i]! - nearest[i]!)
  }
  return { tone, shade: null }
}

/** Facets, each lit in its own way. */
export const crystals: Pattern = (plane, random) => {
  const { nearest, number } = scatterCells(plane, 1, random)
  const tone = new Float64Array(nearest.length)
  const shade = new Float64Array(nearest.length)
  const slopes = Float64Array.from({ length: 256 }, () => between(random, -1, 1))
  for (let i = 0; i < tone.length; i++) {
    tone[i] = number[i]! / 255
    shade[i] = 1 + 0.6 * slopes[number[i]!]! * (nearest[i]! - 0.3)
  }
  return { tone, shade }
}

/** Round bodies side by side: pebbles, gravel, seeds, skin of a reptile. */
export const pebbles: Pattern = (plane, random) => {
  const { nearest, second, number } = scatterCells(plane, between(random, 0.4, 0.9), random)
  const tone = new Float64Array(nearest.length)
  const shade = new Float64Array(nearest.length)
  for (let i = 0; i < tone.length; i++) {
    const rim = Math.sqrt(Math.min(1, 2.5 * (second[i]! - nearest[i]!)))
    tone[i] = 0.2 + (0.8 * number[i]!) / 255
    shade[i] = 0.15 + 0.95 * rim
  }
  return { tone, shade }
}

/** Specks of several sizes on a plain ground: granite, terrazzo, freckles, sprinkles. */
export const speckles: Pattern = (plane, random) => {
  const large = scatterCells(plane, 1, random)
  const small = scatterCells({ ...plane, u: plane.u.map(triple), v: plane.v.map(triple) }, 1, random)
  const tone = new Float64Array(plane.u.length)
  const reach = between(random, 0.15, 0.45)
  const share = 255 * between(random, 0.3, 1)
  for (let i = 0; i < tone.length; i++) {
    const isLarge = large.number[i]! < share && large.nearest[i]! < reach * (0.4 + large.number[i]! / 255)
    const isSmall = small.number[i]! < share && small.nearest[i]! < reach
    tone[i] = isLarge
      ? 0.35 + (0.65 * large.number[i]!) / share
      : isSmall
        ? 0.3 + small.number[i]! / 400
        : 0.1
  }
  return { tone, shade: null }
}

/** Hollow rings and domes of many sizes: foam, droplets, pits. */
export const bubbles: Pattern = (plane, random) => {
  const { nearest, number } = scatterCells(plane, 0.8, random)
  const tone = new Float64Array(nearest.length)
  const shade = new Float64Array(nearest.length)
  const isPit = random.uniform() < 0.5
  const largest = between(random, 0.3, 0.55)
  for (let i = 0; i < tone.length; i++) {
    const radius = largest * (0.35 + (0.65 * number[i]!) / 255)
    const place = nearest[i]! / radius
    const inside = 1 - smoothStep(0.9, 1.05, place)
    const rim = smoothStep(0.6, 0.95, place) * inside
    tone[i] = 0.15 + 0.45 * inside + 0.4 * rim
    shade[i] = isPit ? 1 - 0.7 * inside + 0.5 * rim : 1 + 0.3 * inside * (1 - place)
  }
  return { tone, shade }
}

const triple = (value: number): number => 3 * value
