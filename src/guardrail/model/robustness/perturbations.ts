/**
 * The changes that are tried, mildest dose first. Why each `expected` dose is what it is stands in `docs/guardrails.md`.
 *
 * Each image is changed either way at random (left or right, brighter or darker), the same way at every dose.
 */
import { blurImage } from '../../../image/blur-image.ts'
import type { Random } from '../../../math/random.ts'
import { asPhotographed } from './as-photographed.ts'
import { addNoise, compressImage, exposeImage } from './camera-image.ts'
import type { Perturbation } from './perturbation.ts'
import { flipImage, scaled, shifted, turned, warpImage } from './warp-image.ts'

const eitherWay = (random: Random): 1 | -1 => (random.uniform() < 0.5 ? -1 : 1)

const rotation: Perturbation = {
  name: 'rotation',
  question: 'By how much may a good part be turned before it is rejected?',
  axis: 'turned left or right, degrees',
  expected: 2,
  doses: [1, 2, 5, 10, 20, 45, 90, 180].map((degrees) => ({
    value: degrees,
    words: `turned by ${degrees}°`,
    apply: (image, _, random) => warpImage(image, turned(eitherWay(random) * degrees)),
  })),
  remedy:
    'Hold parts in one orientation, or bring them there (`plumbline prepare --rotate-upright`); where they come turned, train on parts ' +
    'turned alike (`plumbline experiment rotation` shows what that gains).',
}

const flip: Perturbation = {
  name: 'flip',
  question: 'Is the mirror image of a good part rejected?',
  axis: 'mirrored',
  expected: null,
  doses: [
    {
      value: 1,
      words: 'mirrored left to right',
      apply: (image) => flipImage(image, 'left-right'),
    },
    {
      value: 2,
      words: 'mirrored top to bottom',
      apply: (image) => flipImage(image, 'top-bottom'),
    },
  ],
  remedy: 'Where parts come in a left and a right version, or may lie either way round, train on both.',
}

const shift: Perturbation = {
  name: 'shift',
  question: 'How far may a good part lie off its place before it is rejected?',
  axis: 'shifted in some direction, % of the width',
  expected: 2,
  doses: [1, 2, 4, 8, 16].map((share) => ({
    value: share,
    words: `shifted by ${share} % of the width`,
    apply: (image, _, random) => {
      const angle = 2 * Math.PI * random.uniform()
      const length = (share / 100) * image.width
      return warpImage(image, shifted(length * Math.cos(angle), length * Math.sin(angle)))
    },
  })),
  remedy:
    'Centre the parts (`plumbline prepare`), hold them better, or train on parts that lie as differently as on the line.',
}

const scale: Perturbation = {
  name: 'scale',
  question: 'How much larger or smaller may a good part look before it is rejected?',
  axis: 'larger or smaller, %',
  expected: 2,
  doses: [1, 2, 5, 10, 20].map((percent) => ({
    value: percent,
    words: `${percent} % larger or smaller`,
    apply: (image, _, random) => warpImage(image, scaled((1 + percent / 100) ** eitherWay(random))),
  })),
  remedy:
    'Fix the distance of the camera (a telecentric lens does not mind it), or train on parts at several distances.',
}

const light: Perturbation = {
  name: 'light',
  question: 'How much brighter or darker may the picture be before good parts are rejected?',
  axis: 'brighter or darker, % of the light',
  expected: 10,
  doses: [5, 10, 20, 40, 80].map((percent) => ({
    value: percent,
    words: `in light ${percent} % stronger or weaker`,
    apply: (image, _, random) => exposeImage(image, (1 + percent / 100) ** eitherWay(random)),
  })),
  remedy:
    'Fix exposure, gain and white balance, shield daylight, watch the lamp with a grey card in view; or train on pictures from several days.',
}

const blur: Perturbation = {
  name: 'blur',
  question: 'How far out of focus may the picture be before verdicts change?',
  axis: 'blur, sigma in pixels of the model input',
  expected: 0.5,
  doses: [0.25, 0.5, 1, 1.5, 2, 3].map((sigma) => ({
    value: sigma,
    words: `blurred by ${sigma} ${sigma === 1 ? 'pixel' : 'pixels'}`,
    apply: (image, { magnification }) => blurImage(image, sigma * magnification),
  })),
  remedy:
    'Lock the focus and check it daily with a target; stop down for depth of focus; or train on pictures as soft as they get.',
}

const noise: Perturbation = {
  name: 'noise',
  question: 'How noisy may the picture be before verdicts change?',
  axis: 'noise, standard deviation in grey levels of 255',
  expected: 1,
  doses: [1, 2, 4, 8, 16].map((sigma) => ({
    value: sigma,
    words: `under noise of ${sigma} grey ${sigma === 1 ? 'level' : 'levels'}`,
    // Smaller pictures of the same scene average their noise; larger ones have no more of it.
    apply: (image, { magnification, grain }, random) =>
      asPhotographed(image, grain, (small) => addNoise(small, sigma * Math.min(1, magnification), random)),
  })),
  remedy:
    'More light and less gain; or train on pictures from the camera, and at the gain, that the line will use.',
}

const jpeg: Perturbation = {
  name: 'jpeg',
  question: 'How strongly may the picture be compressed before verdicts change?',
  axis: 'JPEG compression, 100 − quality',
  expected: 5,
  doses: [95, 90, 75, 50, 30, 10].map((quality) => ({
    value: 100 - quality,
    words: `stored as JPEG of quality ${quality}`,
    apply: (image, { grain }) => asPhotographed(image, grain, (small) => compressImage(small, quality)),
  })),
  remedy: 'Store what the camera gives (PNG, TIFF or BMP), in training and on the line alike.',
}

export const perturbations: readonly Perturbation[] = [rotation, flip, shift, scale, light, blur, noise, jpeg]
