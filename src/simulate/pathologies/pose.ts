/** How the part lies in the picture, and the picture in its file. */
import { leastDefectPixels } from '../least-defect-pixels.ts'
import { mayBeAnomalous, type Pathology, touched, withView } from './pathology.ts'

/** At strength 1, either way. */
const most = { roll: 60, shift: 7, logScale: 0.15, turn: 90, logAspect: 0.5 } as const

export const freePose: Pathology = {
  effect:
    'the part is rolled by up to 60 s degrees, shifted by up to 7 s mm and scaled by up to e^(0.15 s), either way',
  apply: (plan, strength, random) =>
    plan.map((image) => {
      const stream = random.fork(image.name)
      const either = () => strength * (2 * stream.uniform() - 1)
      return withView(image, 'free-pose', ({ roll, shift: [x, y], scale }) => ({
        roll: roll + most.roll * either(),
        shift: [x + most.shift * either(), y + most.shift * either()],
        scale: scale * Math.exp(most.logScale * either()),
      }))
    }),
}

export const rotatedTest: Pathology = {
  effect:
    'pictures of sound parts in the test split are turned by 90 s degrees, left or right; none of the train split',
  apply: (plan, strength, random) =>
    plan.map((image) => {
      if (image.split === 'train' || mayBeAnomalous(image)) return image
      const side = random.fork(image.name).uniform() < 0.5 ? -1 : 1
      return withView(image, 'rotated-test', ({ turn }) => ({ turn: turn + side * most.turn * strength }))
    }),
}

export const aspect: Pathology = {
  effect:
    'width over height of the pictures varies by up to a factor e^(0.5 s) either way, at about the same area',
  apply: (plan, strength, random) =>
    plan.map((image) => {
      const stretch = Math.exp(0.5 * most.logAspect * strength * (2 * random.fork(image.name).uniform() - 1))
      const { spec } = image
      const size = {
        width: Math.max(48, Math.round(spec.size.width * stretch)),
        height: Math.max(48, Math.round(spec.size.height / stretch)),
      }
      const changed = { ...spec, size, leastDefectPixels: leastDefectPixels(size) }
      return touched({ ...image, spec: changed }, 'aspect')
    }),
}
