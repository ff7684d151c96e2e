/** A camera out of focus or short of light, and what comes before it. */
import { faultyShare } from './light.ts'
import { drawShare, type Pathology, withScene } from './pathology.ts'

export const blur: Pathology = {
  effect: 'a quarter of the pictures is out of focus: sigma up to 4 s pixels at a height of 267',
  apply(plan, strength, random) {
    const drawn = drawShare(plan, faultyShare, random)
    return plan.map((image) => {
      if (!drawn.has(image)) return image
      const more = 4 * strength * (0.5 + 0.5 * random.fork(image.name).uniform())
      return withScene(image, 'blur', (scene) => ({ blur: Math.hypot(scene.blur, more) }))
    })
  },
}

export const noise: Pathology = {
  effect: 'a quarter of the pictures has up to 1 + 9 s times the noise',
  apply(plan, strength, random) {
    const drawn = drawShare(plan, faultyShare, random)
    return plan.map((image) => {
      if (!drawn.has(image)) return image
      const factor = 1 + 9 * strength * (0.5 + 0.5 * random.fork(image.name).uniform())
      return withScene(image, 'noise', (scene) => ({ noise: scene.noise * factor }))
    })
  },
}

export const fixtureInView: Pathology = {
  effect:
    "a gripper's finger reaches into a share s/2 of the pictures; its pixels leave the masks, it covers no defect",
  apply(plan, strength, random) {
    const drawn = drawShare(plan, strength / 2, random)
    return plan.map((image) => {
      if (!drawn.has(image)) return image
      const reach = 0.26 + 0.14 * random.fork(image.name).uniform()
      return withScene(image, 'fixture-in-view', () => ({ finger: reach }))
    })
  },
}
