/** Columns that the folders and names of published datasets hold: light, domain, view, and whatever lies below a class. */
import type { FolderClass } from './folder-classes.ts'
import { baseName, withoutEnding } from './listing.ts'

/** MVTec AD 2: `000_regular`, `012_overexposed`, `003_shift_1`, `007_mixed`. */
const lightOfAd2 = /^\d+_(regular|overexposed|underexposed|shift_\d+|mixed)$/
/** AeBAD: `train/good/background`, `test/groove/view`. */
const domainsOfAeBad = new Set(['same', 'background', 'illumination', 'view'])

type Columns = (image: string) => Readonly<Record<string, string>>

/** Cost: linear in images. */
export function pathColumns(images: readonly string[], classOf: (image: string) => FolderClass): Columns {
  const stem = (image: string): string => baseName(withoutEnding(image))
  const hasLight = images.length > 0 && images.every((image) => lightOfAd2.test(stem(image)))
  const rests = new Set(images.map((image) => classOf(image).rest).filter((rest) => rest !== ''))
  const restColumn =
    rests.size > 0 && [...rests].every((rest) => domainsOfAeBad.has(rest)) ? 'domain' : 'folder'
  const prefixes = new Set(images.map((image) => classOf(image).prefix))
  return (image) => {
    const { rest, prefix } = classOf(image)
    return {
      ...(prefixes.size > 1 && prefix !== '' && { group: prefix }),
      ...(hasLight && { light: lightOfAd2.exec(stem(image))![1]! }),
      ...(rest !== '' && { [restColumn]: rest }),
    }
  }
}
