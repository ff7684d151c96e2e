/** Columns that folders hold: the domain of AeBAD, groups above the classes, and whatever lies below a class. */
import type { FolderClass } from './folder-classes.ts'

/** AeBAD: `train/good/background`, `test/groove/view`. */
const domainsOfAeBad = new Set(['same', 'background', 'illumination', 'view'])

type Columns = (image: string) => Readonly<Record<string, string>>

/** Cost: linear in images. */
export function pathColumns(images: readonly string[], classOf: (image: string) => FolderClass): Columns {
  const rests = new Set(images.map((image) => classOf(image).rest).filter((rest) => rest !== ''))
  const restColumn =
    rests.size > 0 && [...rests].every((rest) => domainsOfAeBad.has(rest)) ? 'domain' : 'folder'
  const prefixes = new Set(images.map((image) => classOf(image).prefix))
  return (image) => {
    const { rest, prefix } = classOf(image)
    return {
      ...(prefixes.size > 1 && prefix !== '' && { group: prefix }),
      ...(rest !== '' && { [restColumn]: rest }),
    }
  }
}
