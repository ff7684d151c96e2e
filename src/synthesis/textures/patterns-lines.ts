/** Families made of lines: stripes, zigzag, plaid, cross-hatching, mazes, whirls. */
import { addNoise, drawTable } from './noise.ts'
import { between, fraction, fromMiddle, type Pattern, smoothStep } from './pattern.ts'

/** Bars of two, or of many, colours. */
export const stripes: Pattern = ({ u, v }, random) => {
  const table = drawTable(random)
  const tone = new Float64Array(u.length)
  const isMany = random.uniform() < 0.4
  const share = between(random, 0.2, 0.8)
  const blur = between(random, 0.03, 0.2)
  for (let i = 0; i < tone.length; i++) {
    const bar = Math.floor(v[i]!)
    const place = v[i]! - bar
    const on = smoothStep(0, blur, place) * (1 - smoothStep(share, share + blur, place))
    tone[i] = isMany ? table[bar & 255]! / 255 : on
  }
  return { tone, shade: null }
}

export const zigzag: Pattern = ({ u, v }, random) => {
  const tone = new Float64Array(u.length)
  const height = between(random, 0.4, 1.5)
  const share = between(random, 0.15, 0.35)
  for (let i = 0; i < tone.length; i++) {
    tone[i] =
      1 - smoothStep(share - 0.06, share + 0.06, fromMiddle(v[i]! + 2 * height * fromMiddle(0.5 * u[i]!)))
  }
  return { tone, shade: null }
}

/** Bars both ways, mixed where they cross: plaid, gingham, tartan. */
export const plaid: Pattern = ({ u, v }, random) => {
  const tone = new Float64Array(u.length)
  const bars = new Float64Array(64) // a period of the pattern, in 64 threads
  for (let at = 0; at < 64; ) {
    const level = random.uniform()
    for (let end = at + 2 + random.integer(14); at < Math.min(64, end); at++) bars[at] = level
  }
  for (let i = 0; i < tone.length; i++) {
    const warp = bars[Math.floor(64 * fraction(u[i]!))]!
    const weft = bars[Math.floor(64 * fraction(v[i]!))]!
    tone[i] = 0.5 * (warp + weft)
  }
  return { tone, shade: null }
}

/** Fine strokes in two or three directions that come and go. */
export const hatching: Pattern = (plane, random) => {
  const { u, v } = plane
  const tone = new Float64Array(u.length)
  const presence = new Float64Array(u.length)
  const directions = 2 + random.integer(2)
  for (let direction = 0; direction < directions; direction++) {
    const angle = (direction * Math.PI) / directions + between(random, -0.3, 0.3)
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    addNoise(presence.fill(0), plane, 0.4, 0.4, 1, random)
    for (let i = 0; i < tone.length; i++) {
      const place = fromMiddle(cos * v[i]! + sin * u[i]! + 0.15 * presence[i]!)
      const stroke = (1 - smoothStep(0.08, 0.2, place)) * smoothStep(-0.3, 0.2, presence[i]!)
      tone[i] = tone[i]! + 0.6 * stroke
    }
  }
  return { tone, shade: null }
}

/** Quarter rings in squares, turned at random (Truchet 1704): mazes, lace, coral. */
export const maze: Pattern = ({ u, v }, random) => {
  const table = drawTable(random)
  const tone = new Float64Array(u.length)
  const width = between(random, 0.08, 0.25)
  for (let i = 0; i < tone.length; i++) {
    const column = Math.floor(u[i]!)
    const row = Math.floor(v[i]!)
    const isTurned = (table[table[column & 255]! + (row & 255)]! & 1) === 1
    const x = isTurned ? 1 - (u[i]! - column) : u[i]! - column
    const y = v[i]! - row
    const near = Math.abs(Math.sqrt(x * x + y * y) - 0.5)
    const far = Math.abs(Math.sqrt((1 - x) * (1 - x) + (1 - y) * (1 - y)) - 0.5)
    tone[i] = 1 - smoothStep(width - 0.06, width + 0.06, Math.min(near, far))
  }
  return { tone, shade: null }
}

/** Arms that wind out of a centre, or rings round it. */
export const whirl: Pattern = ({ u, v }, random) => {
  const tone = new Float64Array(u.length)
  const place = random.integer(u.length)
  const arms = random.integer(7) // 0: rings
  const [centreU, centreV] = [u[place]!, v[place]!]
  const blur = between(random, 0.05, 0.45)
  for (let i = 0; i < tone.length; i++) {
    const x = u[i]! - centreU
    const y = v[i]! - centreV
    const turns = (arms * Math.atan2(y, x)) / (2 * Math.PI) + Math.sqrt(x * x + y * y)
    tone[i] = smoothStep(0.25 - blur / 2, 0.25 + blur / 2, fromMiddle(turns))
  }
  return { tone, shade: null }
}
