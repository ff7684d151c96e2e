/**
 * The layout of Magnetic Tile Defects (Huang et al. 2020): `MT_Free/Imgs`, `MT_<Defect>/Imgs`, and beside each `.jpg` a
 * `.png` of the same name, its mask. The `expN` in a name is the exposure; nothing says which pictures show one tile.
 */
import { join } from 'node:path'
import { emptyLabel, type Layout, listedSample } from './layout.ts'
import { baseName, type Listing, withoutEnding } from './listing.ts'
import type { DatasetIssue, Sample } from './sample.ts'

const isClass = (name: string): boolean => /^MT_./.test(name)

export const mtdLayout: Layout = {
  name: 'mtd',
  expects: 'MT_Free/Imgs, MT_<Defect>/Imgs',
  recognise: (listing) =>
    listing.subfolders('').some((name) => isClass(name) && listing.imagesBelow(name).length > 0),

  async read(listing) {
    const samples: Sample[] = []
    const issues: DatasetIssue[] = []
    const explained: string[] = []
    for (const name of listing.subfolders('').filter(isClass)) {
      const isNominal = name === 'MT_Free'
      const photos = listing.imagesBelow(name).filter((file) => !/\.png$/i.test(file))
      if (photos.length === 0) issues.push(emptyLabel(listing, name))
      for (const id of photos) {
        const mask = findPng(listing, id)
        if (isNominal && mask !== undefined) explained.push(mask) // all black
        const exposure = /^exp(\d+)_/.exec(baseName(id))?.[1]
        samples.push(
          listedSample(listing, id, {
            label: isNominal ? 'nominal' : 'anomalous',
            defect: isNominal ? null : name.slice('MT_'.length),
            mask: isNominal || mask === undefined ? null : { kind: 'file', path: join(listing.root, mask) },
            attributes: exposure === undefined ? {} : { exposure },
          }),
        )
      }
    }
    return { samples, issues, explained }
  },
}

function findPng(listing: Listing, photo: string): string | undefined {
  const found = listing.findImage(withoutEnding(photo)) // prefers PNG
  return found === photo ? undefined : found
}
