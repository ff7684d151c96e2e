/** Light that changes, burns out or fails. */
import { byPart, drawShare, type Pathology, withScene } from './pathology.ts'

/** Share of the pictures that have a fault of the camera. */
export const faultyShare = 0.25

export const lightingDrift: Pathology = {
  effect:
    'the lamp ages while the parts go by, those to train on first: at the end it gives 2^(-0.8 s) of its light, and less blue',
  apply(plan, strength) {
    const parts = [...byPart(plan)]
    const order = (split: 'train' | 'test') => parts.filter(([, [image]]) => image!.split === split)
    const times = new Map<string, number>()
    for (const [part] of [...order('train'), ...order('test')]) times.set(part, times.size)
    return plan.map((image) => {
      const age = (strength * times.get(image.truth.part)!) / Math.max(1, times.size - 1)
      return withScene(image, 'lighting-drift', ({ exposure, tint: [red, green, blue] }) => ({
        exposure: exposure * 2 ** (-0.8 * age),
        tint: [red, green * (1 - 0.06 * age), blue * (1 - 0.18 * age)],
      }))
    })
  },
}

export const exposure: Pathology = {
  effect: 'a quarter of the pictures is over- or underexposed by up to 2.4 s stops',
  apply(plan, strength, random) {
    const drawn = drawShare(plan, faultyShare, random)
    return plan.map((image) => {
      if (!drawn.has(image)) return image
      const stream = random.fork(image.name)
      const side = stream.uniform() < 0.5 ? -1 : 1
      const stops = side * 2.4 * strength * (0.5 + 0.5 * stream.uniform())
      return withScene(image, 'exposure', (scene) => ({ exposure: scene.exposure * 2 ** stops }))
    })
  },
}

export const glare: Pathology = {
  effect:
    'in a quarter of the pictures a lamp is mirrored in the part and burns out up to 5 s % of the picture',
  apply(plan, strength, random) {
    const drawn = drawShare(plan, faultyShare, random)
    return plan.map((image) => {
      if (!drawn.has(image)) return image
      const share = 0.05 * strength * (0.5 + 0.5 * random.fork(image.name).uniform())
      return withScene(image, 'glare', () => ({ glare: share }))
    })
  },
}
