/** The colours of a texture. */
import type { Random } from '../../math/random.ts'

/** Hue in turns, the others 0..1. */
type Hsl = readonly [hue: number, saturation: number, lightness: number]

type Mood = (random: Random) => (lightness: number) => Hsl

/**
 * Drawn from with equal chances: rust, wood, stone and skin, of which most materials and their faults are, come most often.
 */
const moods: readonly Mood[] = [earth, earth, earth, grey, grey, tinted, tinted, vivid]

/**
 * Two to five colours at random places from dark to light, or in any order, blended between them.
 *
 * @returns [256, 3] RGB, for a tone of 0..255.
 */
export function drawPalette(random: Random): Uint8Array {
  const colourAt = moods[random.integer(moods.length)]!(random)
  const count = 2 + random.integer(4)
  const from = 0.5 * random.uniform() // lightness
  const to = Math.min(1, from + 0.3 + 0.5 * random.uniform())
  const levels = Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1))
  if (random.uniform() < 0.35) random.shuffleInPlace(levels)
  else if (random.uniform() < 0.5) levels.reverse()
  const colours = levels.map((level) => toRgb(colourAt(level)))
  const inner = Array.from({ length: count - 2 }, () => 30 + random.integer(196)).sort((a, b) => a - b)
  const places = [0, ...inner, 255]
  const palette = new Uint8Array(3 * 256)
  for (let tone = 0, stop = 0; tone < 256; tone++) {
    while (stop < count - 2 && tone > places[stop + 1]!) stop++
    const mix = Math.min(1, (tone - places[stop]!) / Math.max(1, places[stop + 1]! - places[stop]!))
    for (let c = 0; c < 3; c++) {
      const [low, high] = [colours[stop]![c]!, colours[stop + 1]![c]!]
      palette[3 * tone + c] = Math.round(low + (high - low) * mix)
    }
  }
  return palette
}

function earth(random: Random): (lightness: number) => Hsl {
  const hue = 0.02 + 0.13 * random.uniform() // red-brown to olive
  const saturation = 0.15 + 0.5 * random.uniform()
  return (lightness) => [
    hue + 0.04 * (random.uniform() - 0.5),
    saturation * (0.6 + 0.4 * random.uniform()),
    lightness,
  ]
}

function grey(random: Random): (lightness: number) => Hsl {
  const hue = random.uniform()
  const saturation = 0.08 * random.uniform()
  return (lightness) => [hue, saturation, lightness]
}

function tinted(random: Random): (lightness: number) => Hsl {
  const hue = random.uniform()
  const saturation = 0.2 + 0.6 * random.uniform()
  return (lightness) => [hue + 0.1 * (random.uniform() - 0.5), saturation, lightness]
}

function vivid(random: Random): (lightness: number) => Hsl {
  return (lightness) => [random.uniform(), 0.4 + 0.6 * random.uniform(), 0.15 + 0.7 * lightness]
}

/** HSL to RGB, 0..255. */
function toRgb([hue, saturation, lightness]: Hsl): readonly number[] {
  const chroma = saturation * Math.min(lightness, 1 - lightness)
  return [0, 8, 4].map((shift) => {
    const k = (shift + 12 * (hue - Math.floor(hue))) % 12
    return 255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1)))
  })
}
