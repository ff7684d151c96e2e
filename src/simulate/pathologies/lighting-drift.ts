/** A lamp that ages while the parts go by. */

import { mustGet } from '../../present.ts'
import { byPart, type Pathology, withScene } from './pathology.ts'

export const lightingDrift: Pathology = {
  effect:
    'the lamp ages while the parts go by, those to train on first: at the end it gives 2^(-0.8 s) of its light, and less blue',
  apply(plan, strength) {
    const parts = [...byPart(plan)]
    const order = (split: 'train' | 'test') => parts.filter(([, [image]]) => image?.split === split)
    const times = new Map<string, number>()
    for (const [part] of [...order('train'), ...order('test')]) times.set(part, times.size)
    return plan.map((image) => {
      const age = (strength * mustGet(times, image.truth.part)) / Math.max(1, times.size - 1)
      return withScene(image, 'lighting-drift', ({ exposure, tint: [red, green, blue] }) => ({
        exposure: exposure * 2 ** (-0.8 * age),
        tint: [red, green * (1 - 0.06 * age), blue * (1 - 0.18 * age)],
      }))
    })
  },
}
