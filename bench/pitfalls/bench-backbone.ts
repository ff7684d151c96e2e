/** The eye that looks at the forged datasets: the one that the program looks with where nothing was pulled. */
import { shippedBackbone } from '../../src/backbone/weights-registry.ts'

export const benchBackbone = { backbone: shippedBackbone, weights: '.' } as const
