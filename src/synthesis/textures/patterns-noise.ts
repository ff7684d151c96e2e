/** Families made of noise: clouds, stains, rust, marble, veins, bark, brushed metal, wood, ripples, gradients. */
import { addNoise, fractalNoise, stretchInPlace } from './noise.ts'
import { between, fraction, type Pattern, smoothStep } from './pattern.ts'

export const clouds: Pattern = (plane, random) => ({
  tone: fractalNoise(plane, 5, between(random, 0.4, 0.75), random),
  shade: null,
})

/** Clouds of few tones with hard borders: camouflage, stains, dried puddles. */
export const stains: Pattern = (plane, random) => {
  const tone = fractalNoise(plane, 4, between(random, 0.35, 0.6), random)
  const levels = 2 + random.integer(3)
  for (let i = 0; i < tone.length; i++) {
    const place = tone[i]! * levels
    const level = Math.floor(place)
    tone[i] = (level + smoothStep(0.42, 0.58, place - level)) / levels
  }
  return { tone, shade: null }
}

/** Sound surface eaten away in patches that are rough inside. */
export const rust: Pattern = (plane, random) => {
  const tone = fractalNoise(plane, 4, 0.55, random)
  const rough = fractalNoise(plane, 3, 0.8, random, 6)
  const limit = between(random, 0.4, 0.6)
  for (let i = 0; i < tone.length; i++) {
    const eaten = smoothStep(limit - 0.05, limit + 0.08, tone[i]! + 0.15 * (rough[i]! - 0.5))
    tone[i] = 0.2 * rough[i]! + eaten * (0.3 + 0.5 * rough[i]!)
  }
  return { tone, shade: null }
}

export const marble: Pattern = (plane, random) => {
  const tone = fractalNoise(plane, 5, 0.6, random)
  const bend = between(random, 1, 5)
  const sharpness = between(random, 0.5, 3)
  const { u, v } = plane
  for (let i = 0; i < tone.length; i++) {
    const wave = 0.5 + 0.5 * Math.sin(2 * Math.PI * (0.4 * u[i]! + 0.3 * v[i]! + bend * tone[i]!))
    tone[i] = wave ** sharpness
  }
  return { tone, shade: null }
}

/** Thin bright or dark lines where noise crosses 0, over clouds: veins, cobwebs, creases. */
export const veins: Pattern = (plane, random) => {
  const tone = new Float64Array(plane.u.length)
  const coarse = new Float64Array(plane.u.length)
  const fine = new Float64Array(plane.u.length)
  addNoise(coarse, plane, 1, 1, 1, random)
  addNoise(fine, plane, 2.3, 2.3, 1, random)
  addNoise(tone, plane, 5, 5, 0.15, random)
  const width = between(random, 0.04, 0.25)
  for (let i = 0; i < tone.length; i++) {
    const thick = 1 - smoothStep(0, width, Math.abs(coarse[i]!))
    const thin = 1 - smoothStep(0, 0.6 * width, Math.abs(fine[i]!))
    tone[i] = 0.25 + tone[i]! + 0.7 * Math.max(thick, 0.6 * thin)
  }
  return { tone, shade: null }
}

/** Long rough ridges. */
export const bark: Pattern = (plane, random) => {
  const tone = new Float64Array(plane.u.length)
  addNoise(tone, plane, 0.35, 1, 1, random)
  for (let i = 0; i < tone.length; i++) tone[i] = 1 - 2 * Math.abs(tone[i]!)
  addNoise(tone, plane, 1.2, 3, 0.5, random)
  addNoise(tone, plane, 4, 7, 0.35, random)
  stretchInPlace(tone)
  return { tone, shade: null }
}

/** Streaks: brushed or ground metal, fur, smears, hair where the plane is warped. */
export const brushed: Pattern = (plane, random) => {
  const tone = new Float64Array(plane.u.length)
  const length = between(random, 0.03, 0.3)
  addNoise(tone, plane, length, 1, 1, random)
  addNoise(tone, plane, 1.5 * length, 2.7, 0.9, random)
  addNoise(tone, plane, 3 * length, 6.1, 0.7, random)
  stretchInPlace(tone)
  return { tone, shade: null }
}

/** Year rings cut lengthwise, with pores. */
export const wood: Pattern = (plane, random) => {
  const tone = new Float64Array(plane.u.length)
  const rings = new Float64Array(plane.u.length)
  addNoise(rings, plane, 0.12, 0.35, between(random, 0.5, 2), random)
  addNoise(tone, plane, 0.5, 9, 0.25, random)
  const { v } = plane
  for (let i = 0; i < tone.length; i++) {
    const place = fraction(0.8 * v[i]! + rings[i]!)
    tone[i] = 0.2 + tone[i]! + 0.65 * (place < 0.85 ? place / 0.85 : (1 - place) / 0.15)
  }
  return { tone, shade: null }
}

/** A few plane waves through each other: ripples, corrugation, moire. */
export const ripples: Pattern = (plane, random) => {
  const { u, v } = plane
  const tone = new Float64Array(u.length)
  const count = 1 + random.integer(4)
  for (let wave = 0; wave < count; wave++) {
    const angle = between(random, -0.6, 0.6)
    const pace = 2 * Math.PI * between(random, 0.6, 1.6)
    const [alongU, alongV] = [pace * Math.sin(angle), pace * Math.cos(angle)]
    for (let i = 0; i < tone.length; i++) {
      tone[i] = tone[i]! + Math.sin(alongU * u[i]! + alongV * v[i]!)
    }
  }
  for (let i = 0; i < tone.length; i++) tone[i] = 0.5 + (0.5 * tone[i]!) / count
  return { tone, shade: null }
}

/** Colour that changes slowly, under a light haze of noise. */
export const gradient: Pattern = (plane, random) => {
  const { u, v } = plane
  const tone = new Float64Array(u.length)
  const isRound = random.uniform() < 0.4
  const middle = u.length >> 1
  const [middleU, middleV] = [
    u[middle]! + between(random, -0.3, 0.3),
    v[middle]! + between(random, -0.3, 0.3),
  ]
  addNoise(tone, plane, 24, 24, between(random, 0, 0.15), random)
  for (let i = 0; i < tone.length; i++) {
    const x = u[i]! - middleU
    const y = v[i]! - middleV
    tone[i] = tone[i]! + (isRound ? Math.sqrt(x * x + y * y) : 0.5 + 0.7 * x)
  }
  return { tone, shade: null }
}
