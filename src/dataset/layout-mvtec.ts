/**
 * The layout of MVTec AD, which MPDD, BTAD and others share:
 *
 *     train/good  test/good  test/<defect>  ground_truth/<defect>/<stem>_mask.png
 *
 * BTAD's `ok` and `ko`, its masks without `_mask`, and any image format are understood. Masks of the object may lie in a
 * folder beside `train` and `test` (`foreground`, `fg_mask` ...) at the same path as their image, with or without `_mask`.
 */
import { defectOf, isForegroundFolder, isMaskFolder, isNominalFolder } from './folder-names.ts'
import { emptyLabel, findMask, type Layout, listedSample } from './layout.ts'
import { baseName, type Listing, withoutEnding } from './listing.ts'
import type { DatasetIssue, Sample } from './sample.ts'

const splits = ['train', 'test'] as const

const hasNominal = (listing: Listing, split: string): boolean =>
  listing
    .subfolders(split)
    .some((name) => isNominalFolder(name) && listing.imagesIn(`${split}/${name}`).length > 0)

export const mvtecLayout: Layout = {
  name: 'mvtec',
  expects: 'train/good, test/good, test/<defect>, ground_truth/<defect>',
  recognise: (listing) => splits.some((split) => hasNominal(listing, split)),

  async read(listing) {
    const samples: Sample[] = []
    const issues: DatasetIssue[] = []
    const beside = listing.subfolders('')
    const maskFolders = beside.filter(isMaskFolder)
    const foregroundFolders = beside.filter(isForegroundFolder)
    for (const split of splits) {
      for (const name of listing.subfolders(split)) {
        const folder = `${split}/${name}`
        const images = listing.imagesIn(folder)
        if (images.length === 0) issues.push(emptyLabel(listing, folder))
        const isNominal = isNominalFolder(name)
        for (const id of images) {
          const stem = baseName(withoutEnding(id))
          const masks = maskFolders.flatMap((top) => [
            `${top}/${name}/${stem}_mask`,
            `${top}/${name}/${stem}`,
          ])
          const foregrounds = foregroundFolders.flatMap((top) => [
            `${top}/${folder}/${stem}`,
            `${top}/${folder}/${stem}_mask`,
          ])
          samples.push(
            listedSample(listing, id, {
              label: isNominal ? 'nominal' : 'anomalous',
              defect: isNominal ? null : defectOf(name),
              mask: isNominal ? null : findMask(listing, masks),
              foreground: findMask(listing, foregrounds),
              split,
            }),
          )
        }
      }
    }
    // Some publish all-black masks for the good images too.
    const explained = maskFolders.flatMap((top) =>
      listing
        .subfolders(top)
        .filter(isNominalFolder)
        .flatMap((name) => listing.imagesIn(`${top}/${name}`)),
    )
    return { samples, issues, explained }
  },
}
