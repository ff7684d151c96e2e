/** Faults of the camera or the light that some of the pictures have, whatever their label. */
import type { Random } from '../../math/random.ts'
import type { SceneSpec } from '../render-spec.ts'
import { drawShare, type Pathology, withScene } from './pathology.ts'

/** Share of the pictures that are out of focus, noisy, glaring or wrongly exposed. */
const faultyShare = 0.25

/** At least half of what is possible at the strength. */
const dose = (strength: number, random: Random): number => strength * (0.5 + 0.5 * random.uniform())

export const exposure: Pathology = {
  effect: 'a quarter of the pictures is over- or underexposed by up to 2.4 s stops',
  apply: inSome(
    'exposure',
    () => faultyShare,
    ({ exposure }, strength, random) => {
      const side = random.uniform() < 0.5 ? -1 : 1
      return { exposure: exposure * 2 ** (2.4 * side * dose(strength, random)) }
    },
  ),
}

export const glare: Pathology = {
  effect:
    'in a quarter of the pictures a lamp is mirrored in the part and burns out up to 5 s % of the picture',
  apply: inSome(
    'glare',
    () => faultyShare,
    (_, strength, random) => ({ glare: 0.05 * dose(strength, random) }),
  ),
}

export const blur: Pathology = {
  effect: 'a quarter of the pictures is out of focus: sigma up to 4 s pixels at a height of 267',
  apply: inSome(
    'blur',
    () => faultyShare,
    (scene, strength, random) => ({ blur: Math.hypot(scene.blur, 4 * dose(strength, random)) }),
  ),
}

export const noise: Pathology = {
  effect: 'a quarter of the pictures has up to 1 + 9 s times the noise',
  apply: inSome(
    'noise',
    () => faultyShare,
    (scene, strength, random) => ({ noise: scene.noise * (1 + 9 * dose(strength, random)) }),
  ),
}

export const fixtureInView: Pathology = {
  effect:
    "a gripper's finger reaches into a share s/2 of the pictures; its pixels leave the masks, it covers no defect",
  apply: inSome(
    'fixture-in-view',
    (strength) => strength / 2,
    (_scene, _strength, random) => ({ finger: 0.26 + 0.14 * random.uniform() }),
  ),
}

/** Changes the scene of a share of the pictures, each by its own random stream. */
function inSome(
  name: string,
  share: (strength: number) => number,
  change: (scene: SceneSpec, strength: number, random: Random) => Partial<SceneSpec>,
): Pathology['apply'] {
  return (plan, strength, random) => {
    const drawn = drawShare(plan, share(strength), random)
    return plan.map((image) =>
      drawn.has(image)
        ? withScene(image, name, (scene) => change(scene, strength, random.fork(image.name)))
        : image,
    )
  }
}
