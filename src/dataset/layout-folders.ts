/**
 * Plain folders: one of normal images (`normal`, `good`, `ok` ...) and one or more of anomalous ones, whose names or subfolders
 * are the defects. Or normal images only: such a folder alone, or images directly in the root.
 *
 * Masks are optional: in `masks` (`ground_truth` ...) at the same path as their image, below the name of the image's folder
 * or not, with or without `_mask`; or beside the image as `<stem>_mask`. Masks of the object the same in `foreground` (`fg_mask` ...).
 */
import {
  defectOf,
  isForegroundFolder,
  isMaskFolder,
  isNominalFolder,
  nominalFolders,
} from './folder-names.ts'
import { emptyLabel, findMask, type Layout, listedSample } from './layout.ts'
import { baseName, folderOf, type Listing, withoutEnding } from './listing.ts'
import type { DatasetIssue, Sample } from './sample.ts'

const isMaskBeside = (listing: Listing, file: string): boolean => {
  const stem = withoutEnding(file)
  return stem.endsWith('_mask') && listing.findImage(stem.slice(0, -'_mask'.length)) !== undefined
}

const imagesBelow = (listing: Listing, folder: string): string[] =>
  listing.imagesBelow(folder).filter((file) => !isMaskBeside(listing, file))

export const foldersLayout: Layout = {
  name: 'folders',
  expects: `a folder of normal images (${nominalFolders.slice(0, 5).join(', ')} ...) and folders of anomalous ones, or normal images only`,
  recognise: (listing) =>
    listing.imagesIn('').length > 0 ||
    listing.subfolders('').some((name) => isNominalFolder(name) && listing.imagesBelow(name).length > 0),

  async read(listing) {
    const samples: Sample[] = []
    const issues: DatasetIssue[] = []
    const explained = listing.images.filter((file) => isMaskBeside(listing, file))
    const top = listing.subfolders('')
    const maskFolders = top.filter(isMaskFolder)
    const foregroundFolders = top.filter(isForegroundFolder)
    const labels = top.filter((name) => !isMaskFolder(name) && !isForegroundFolder(name))

    const masksIn = (folders: readonly string[], id: string): string[] => {
      const stem = withoutEnding(id)
      const withoutLabel = stem.slice(stem.indexOf('/') + 1)
      return folders.flatMap((folder) =>
        [stem, withoutLabel].flatMap((path) => [`${folder}/${path}_mask`, `${folder}/${path}`]),
      )
    }
    const take = (id: string, label: Sample['label'], defect: string | null): void => {
      const masks = [...masksIn(maskFolders, id), `${withoutEnding(id)}_mask`]
      samples.push(
        listedSample(listing, id, {
          label,
          defect,
          mask: label === 'nominal' ? null : findMask(listing, masks),
          foreground: findMask(listing, masksIn(foregroundFolders, id)),
        }),
      )
    }

    if (!labels.some(isNominalFolder)) {
      for (const id of listing.imagesIn('')) if (!isMaskBeside(listing, id)) take(id, 'nominal', null)
      return { samples, issues, explained }
    }
    for (const folder of labels) {
      const images = imagesBelow(listing, folder)
      if (images.length === 0) issues.push(emptyLabel(listing, folder))
      for (const id of images) {
        if (isNominalFolder(folder)) take(id, 'nominal', null)
        else take(id, 'anomalous', defectOf(innerFolder(id)))
      }
    }
    return { samples, issues, explained }
  },
}

/** `anomaly/crack/1.png` names a crack, `anomaly/1.png` only an anomaly. */
const innerFolder = (id: string): string => baseName(folderOf(id))
