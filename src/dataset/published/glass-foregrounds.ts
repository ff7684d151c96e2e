/**
 * Masks of the object as GLASS expects them (`datasets/mvtec.py` of cqylunlun/GLASS): beside the categories, `fg_mask/<category>/000.png`
 * for `<category>/train/good/000.png`.
 */
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isSystemError } from '../../files/atomic.ts'
import { isImageName } from '../../image/image-format.ts'
import { baseName, withoutEnding } from '../listing.ts'
import type { Sample } from '../sample.ts'
import type { Published } from './published.ts'

export const glassForegrounds: Published = {
  async describe(root, samples) {
    const isTrained = ({ label, split, foreground }: Sample): boolean =>
      label === 'nominal' && split === 'train' && foreground === null
    if (!samples.some(isTrained)) return null
    const folder = join(dirname(root), 'fg_mask', basename(root))
    const files = new Map((await imagesIn(folder)).map((file) => [withoutEnding(file), join(folder, file)]))
    if (files.size === 0) return null
    return {
      samples: samples.map((sample): Sample => {
        const path = isTrained(sample) ? files.get(withoutEnding(baseName(sample.id))) : undefined
        return path === undefined ? sample : { ...sample, foreground: { kind: 'file', path } }
      }),
      notes: [`Masks of the object are those of ${folder}, as GLASS places them.`],
    }
  },
}

async function imagesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter(isImageName)
  } catch (error) {
    if (isSystemError(error)) return []
    throw error
  }
}
