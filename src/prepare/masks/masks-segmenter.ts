/** The segmenter that is told: every image has the mask that came with it, or none. */
import { InputError } from '../../errors.ts'
import type { Image } from '../../image/image.ts'
import { nothingFound, type Segmentation, type Segmenter } from '../segmenter.ts'
import { drawGivenMask, type GivenMask } from './given-mask.ts'

export const masksSegmenter: Segmenter = {
  async segment(image, given) {
    return given === null ? nothingFound('no mask was given for it') : draw(given, image)
  },
  async close() {},
}

/** A mask that cannot be read or does not fit is nothing found, with the reason: one of many. */
async function draw(given: GivenMask, image: Image): Promise<Segmentation> {
  try {
    const mask = await drawGivenMask(given, image)
    if ('mismatch' in mask) return nothingFound(`its mask ${mask.mismatch}`)
    if (!mask.data.includes(1)) return nothingFound('its mask is empty')
    return { mask, confidence: null, objects: 1, notes: [] }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return nothingFound(`its mask ${error.message}`)
  }
}
