/**
 * KolektorSDD (Tabernik et al. 2020): `kos01/Part0.jpg` with `Part0_label.bmp` beside it, black where there is no crack. A folder is one
 * commutator, so it is the part. Also one such folder alone, and KolektorSDD2 (`train/10000.png`, `10000_GT.png`), which has no parts.
 */
import { basename } from 'node:path'
import { mustGet } from '../present.ts'
import { classifyFolders } from './folder-classes.ts'
import { sortImages } from './image-roles.ts'
import type { Layout } from './layout.ts'
import { folderOf } from './listing.ts'
import { pairMasks } from './pair-masks.ts'
import { readByMask } from './read-by-mask.ts'

const commutator = /^kos\d+$/i

export const ksddLayout: Layout = {
  name: 'ksdd',
  expects: 'kos01/Part0.jpg and Part0_label.bmp, or train/10000.png and 10000_GT.png',
  recognise: (listing) =>
    listing.subfolders('').some((name) => commutator.test(name) && listing.imagesIn(name).length > 0) ||
    (commutator.test(basename(listing.root)) && listing.imagesIn('').length > 0) ||
    ['', 'train', 'test'].some((folder) =>
      listing.imagesIn(folder).some((file) => /(^|\/)\d{5}_GT\.png$/.test(file)),
    ),

  async read(listing, task) {
    const roles = await sortImages(listing, task)
    const folders = classifyFolders(roles.photographs)
    const partOf = (image: string): string | null => {
      const folder = folderOf(image) || basename(listing.root)
      return commutator.test(folder) ? folder : null
    }
    return readByMask(
      listing,
      roles,
      {
        classOf: (image) => mustGet(folders, folderOf(image)),
        paired: pairMasks(roles.masks, roles.photographs, () => true),
        bareIsGood: false,
        partOf,
        why: listing.images.some((file) => partOf(file) !== null)
          ? 'folders kosNN hold photographs and their _label files; an image whose label is black is good, a folder is a part'
          : 'images have _GT files beside them; an image whose _GT is black is good',
      },
      task,
    )
  },
}
