/** Families that repeat: checks, bricks, honeycomb, dots, scales, mesh, weave, knit, writing. */
import { drawTable } from './noise.ts'
import { between, fraction, fromMiddle, type Pattern, smoothStep } from './pattern.ts'

/** Squares of two, or of many, colours. */
export const checks: Pattern = ({ u, v }, random) => {
  const table = drawTable(random)
  const tone = new Float64Array(u.length)
  const isMany = random.uniform() < 0.35
  for (let i = 0; i < tone.length; i++) {
    const column = Math.floor(u[i]!)
    const row = Math.floor(v[i]!)
    tone[i] = isMany ? table[table[column & 255]! + (row & 255)]! / 255 : (column + row) & 1
  }
  return { tone, shade: null }
}

/** Bricks, planks or tiles, each a little different, with joints. */
export const bricks: Pattern = ({ u, v }, random) => {
  const table = drawTable(random)
  const tone = new Float64Array(u.length)
  const shade = new Float64Array(u.length)
  const shift = random.uniform() < 0.3 ? 0 : 0.5
  const joint = between(random, 0.02, 0.1)
  const contrast = between(random, 0.1, 0.6)
  for (let i = 0; i < tone.length; i++) {
    const row = Math.floor(v[i]!)
    const x = 0.5 * u[i]! + shift * (row & 1)
    const brick = table[table[Math.floor(x) & 255]! + (row & 255)]! / 255
    const edge = Math.min(1 - 2 * fromMiddle(x), 0.5 - fromMiddle(v[i]!))
    const isBrick = smoothStep(0.5 * joint, 1.5 * joint, edge)
    tone[i] = isBrick * (0.6 + contrast * (brick - 0.5))
    shade[i] = 0.7 + 0.3 * smoothStep(0, 4 * joint, edge)
  }
  return { tone, shade }
}

/** Six-sided cells with walls. */
export const honeycomb: Pattern = ({ u, v }, random) => {
  const tone = new Float64Array(u.length)
  const shade = new Float64Array(u.length)
  const wall = between(random, 0.05, 0.16)
  const depth = between(random, -0.5, 0.6)
  const high = Math.sqrt(3)
  for (let i = 0; i < tone.length; i++) {
    // Two shifted lattices of rectangles; a pixel belongs to the nearer centre.
    const x = fraction(u[i]!) - 0.5
    const y = high * (fraction(v[i]! / high) - 0.5)
    const shiftedX = fraction(u[i]! + 0.5) - 0.5
    const shiftedY = high * (fraction(v[i]! / high + 0.5) - 0.5)
    const isFirst = x * x + y * y < shiftedX * shiftedX + shiftedY * shiftedY
    const a = Math.abs(isFirst ? x : shiftedX)
    const b = Math.abs(isFirst ? y : shiftedY)
    const edge = 0.5 - Math.max(a, 0.5 * a + 0.5 * high * b)
    tone[i] = smoothStep(0.6 * wall, 1.2 * wall, edge)
    shade[i] = 1 - depth * smoothStep(wall, 0.5, edge)
  }
  return { tone, shade }
}

/** Discs in rows: polka dots, studs, perforated sheet. */
export const dots: Pattern = ({ u, v }, random) => {
  const tone = new Float64Array(u.length)
  const shade = new Float64Array(u.length)
  const radius = between(random, 0.15, 0.48)
  const shift = random.uniform() < 0.5 ? 0 : 0.5
  const bulge = random.uniform() < 0.5 ? 0 : between(random, -0.8, 0.8)
  for (let i = 0; i < tone.length; i++) {
    const row = Math.floor(v[i]!)
    const x = fraction(u[i]! + shift * (row & 1)) - 0.5
    const y = v[i]! - row - 0.5
    const distance = Math.sqrt(x * x + y * y) / radius
    const inside = 1 - smoothStep(0.88, 1.06, distance)
    tone[i] = inside
    shade[i] = 1 + bulge * inside * (0.5 - 0.5 * distance * distance - 0.7 * (x + y))
  }
  return { tone, shade }
}

/** Overlapping rows of round scales, shingles or feathers. */
export const scales: Pattern = ({ u, v }, random) => {
  const table = drawTable(random)
  const tone = new Float64Array(u.length)
  const shade = new Float64Array(u.length)
  const contrast = between(random, 0, 0.7)
  for (let i = 0; i < tone.length; i++) {
    let row = Math.floor(v[i]! * 2)
    let x = 0
    let y = 0
    // A scale hangs two rows down from its centre; the upper row lies on top.
    for (let back = 1; back >= 0; back--) {
      const candidate = Math.floor(v[i]! * 2) - back
      x = fraction(u[i]! + 0.5 * (candidate & 1)) - 0.5
      y = v[i]! - candidate / 2
      row = candidate
      if (x * x + y * y < 0.36) break
    }
    const column = Math.floor(u[i]! + 0.5 * (row & 1))
    const scale = table[table[column & 255]! + (row & 255)]! / 255
    const edge = Math.sqrt(x * x + y * y) / 0.6
    tone[i] = 0.5 + contrast * (scale - 0.5) + 0.4 * (0.5 - edge)
    shade[i] = 1.1 - 0.75 * smoothStep(0.7, 1, edge)
  }
  return { tone, shade }
}

/** Crossing bars with holes: wire mesh, gauze, waffle. */
export const mesh: Pattern = ({ u, v }, random) => {
  const tone = new Float64Array(u.length)
  const shade = new Float64Array(u.length)
  const half = between(random, 0.06, 0.2)
  for (let i = 0; i < tone.length; i++) {
    const x = 0.5 - fromMiddle(u[i]!)
    const y = 0.5 - fromMiddle(v[i]!)
    const bar = Math.min(x, y) / half
    tone[i] = 1 - smoothStep(0.85, 1.1, bar)
    shade[i] = bar < 1 ? 1.15 - 0.5 * bar * bar : 0.8
  }
  return { tone, shade }
}

/** Threads over and under each other: cloth, basket, carbon fibre. */
export const weave: Pattern = ({ u, v }, random) => {
  const table = drawTable(random)
  const tone = new Float64Array(u.length)
  const shade = new Float64Array(u.length)
  const over = 1 + random.integer(3)
  const isTwill = random.uniform() < 0.5
  const contrast = between(random, 0, 0.5)
  const second = between(random, 0.1, 0.6) // how far apart the colours of warp and weft are
  for (let i = 0; i < tone.length; i++) {
    const column = Math.floor(u[i]!)
    const row = Math.floor(v[i]!)
    const step = isTwill ? column + row : Math.floor(column / over) + Math.floor(row / over)
    const isWarp = isTwill ? ((step % (2 * over)) + 2 * over) % (2 * over) < over : (step & 1) === 0
    const acrossThread = isWarp ? u[i]! - column - 0.5 : v[i]! - row - 0.5
    const alongThread = isWarp ? v[i]! - row - 0.5 : u[i]! - column - 0.5
    const thread = table[(isWarp ? column : row + 128) & 255]! / 255
    tone[i] = (isWarp ? 0.3 : 0.3 + second) + contrast * (thread - 0.5)
    shade[i] = 1.15 - 2.6 * acrossThread * acrossThread - (over === 1 ? 0.8 : 0.2) * alongThread * alongThread
  }
  return { tone, shade }
}

/** Columns of V-shaped stitches. */
export const knit: Pattern = ({ u, v }, random) => {
  const table = drawTable(random)
  const tone = new Float64Array(u.length)
  const shade = new Float64Array(u.length)
  const slope = between(random, 0.6, 1.4)
  const contrast = between(random, 0, 0.8)
  const stripe = 1 + random.integer(4)
  for (let i = 0; i < tone.length; i++) {
    const x = fromMiddle(u[i]!)
    const place = 1.4 * v[i]! - slope * x * 2
    const row = Math.floor(place)
    const across = place - row - 0.5
    const half = 2 * x - 0.5 // across one leg of the V
    tone[i] = 0.55 + contrast * (table[Math.floor(row / stripe) & 255]! / 255 - 0.5)
    shade[i] = 1.15 - 2.2 * across * across - 1.8 * half * half
  }
  return { tone, shade }
}

/** Lines of made-up letters, each a few strokes on a small grid, in words. */
export const writing: Pattern = ({ u, v }, random) => {
  const table = drawTable(random)
  const tone = new Float64Array(u.length)
  const ink = between(random, 0.7, 1)
  const paper = between(random, 0, 0.25)
  for (let i = 0; i < tone.length; i++) {
    const line = Math.floor(v[i]!)
    const letterPlace = 1.7 * u[i]!
    const letter = Math.floor(letterPlace)
    const code = table[table[letter & 255]! + (line & 255)]!
    const column = Math.floor(5 * (letterPlace - letter))
    const row = Math.floor(8 * (v[i]! - line))
    const isSpace = code < 40 || column > 3 || row > 5
    // Uprights and bars are likelier than lone dots, which makes strokes.
    const bits = table[code + (row & 6)]! ^ table[code + 8 + column]!
    const isInk = !isSpace && (bits & 3) !== 0 && (column === 0 || row === 0 || (bits & 4) !== 0)
    tone[i] = isInk ? ink : paper
  }
  return { tone, shade: null }
}
