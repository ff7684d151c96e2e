/** What `labelmap.txt` says of the masks below it: CVAT and other programs list there which colour is the background. */
import { join } from 'node:path'
import { readText } from '../files/read-json.ts'
import { backgroundsOf } from './annotations/voc.ts'
import { baseName, folderOf, type Listing } from './listing.ts'

/** Colours of the background, 0xRRGGBB, of a mask by its path relative to the root; undefined where nothing says so. */
export type BackgroundOf = (mask: string) => readonly number[] | undefined

/**
 * The map nearest above a mask counts. Masks in `SegmentationObject` number objects in colours that no map lists.
 *
 * @throws {InputError} A map cannot be read.
 */
export async function readLabelmaps({ root, files }: Listing): Promise<BackgroundOf> {
  const byFolder = new Map<string, readonly number[]>()
  for (const file of files.filter((each) => baseName(each).toLowerCase() === 'labelmap.txt')) {
    const colours = backgroundsOf(await readText(join(root, file)))
    if (colours.length > 0) byFolder.set(folderOf(file), colours)
  }
  if (byFolder.size === 0) return () => undefined
  return (mask) => {
    if (/(^|\/)SegmentationObject\//i.test(mask)) return
    for (let folder = folderOf(mask); ; folder = folderOf(folder)) {
      const found = byFolder.get(folder)
      if (found !== undefined || folder === '') return found
    }
  }
}
