/**
 * MVTec AD 2 (Heckler-Kram et al. 2025): `test_public/bad/012_overexposed.png`. The number is the part, photographed under several lights,
 * so the same part in `012_regular.png` must not be on the other side of a split.
 */
import { folderOf } from '../listing.ts'
import type { Sample } from '../sample.ts'
import type { Published } from './published.ts'

const name = /(?:^|\/)(\d+)_(regular|overexposed|underexposed|shift_\d+|mixed)\.\w+$/

export const mvtecAd2: Published = {
  async describe(_root, samples) {
    if (samples.length === 0 || !samples.every(({ id }) => name.test(id))) return null
    return {
      samples: samples.map((sample): Sample => {
        const [, number, light] = name.exec(sample.id) as unknown as [string, string, string]
        return {
          ...sample,
          part: `${folderOf(sample.id)}/${number}`,
          attributes: { ...sample.attributes, light },
        }
      }),
      notes: ['Named as in MVTec AD 2: a number is one part, the rest of the name its light (column light).'],
    }
  },
}
