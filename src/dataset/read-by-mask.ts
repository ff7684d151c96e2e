/** Images without folders for classes, all or some of which have masks: the mask is the label. And what every reading says of masks. */
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import type { Task } from '../task.ts'
import type { FolderClass } from './folder-classes.ts'
import type { ImageRoles } from './image-roles.ts'
import { labelByMask } from './label-by-mask.ts'
import { type LayoutReading, listedSample, maskOf } from './layout.ts'
import { leftOut } from './left-out.ts'
import type { Listing } from './listing.ts'
import { type PairedMasks, pairMasks } from './pair-masks.ts'
import { pathColumns } from './path-columns.ts'
import type { DatasetIssue, Label, LeftOut, Sample } from './sample.ts'

export interface ByMask {
  readonly classOf: (image: string) => FolderClass
  readonly paired: PairedMasks
  /** Whether the layout promises that an image without a mask is good. */
  readonly bareIsGood: boolean
  readonly partOf?: (image: string) => string | null
  /** Labels that a list of the dataset gives, which win over an absent mask. */
  readonly labels?: ReadonlyMap<string, Label>
  readonly why?: string
}

/** @throws {InputError} Nothing tells whether images without a mask are good. @throws {CancelledError} */
export async function readByMask(
  listing: Listing,
  roles: ImageRoles,
  { classOf, paired, bareIsGood, partOf, labels: listed, why }: ByMask,
  task: Task,
): Promise<LayoutReading> {
  const images = roles.photographs.filter((image) => ['none', 'unknown'].includes(classOf(image).kind))
  const bare = images.filter((image) => !paired.masks.has(image) && !listed?.has(image))
  const { labels, issues } = await labelByMask(listing.root, paired.masks, roles.backgroundOf, task)
  const hasEmpty = [...labels.values()].includes('nominal')
  if (!hasEmpty && bare.length > 0 && !bareIsGood) {
    throw new InputError(
      listing.root,
      `${bare.length} of ${images.length} images have no mask, such as ${bare[0]}, and no folder says whether they are good: ` +
        'put good images and defective ones into folders of their own, or name every image in a manifest.csv (path,label,mask)',
    )
  }
  const foregrounds = foregroundsOf(roles, classOf)
  const columns = pathColumns(images, classOf)
  const unread = new Set([...paired.masks.keys()].filter((image) => !labels.has(image)))
  const samples = images.flatMap((image): Sample[] => {
    const label = listed?.get(image) ?? labels.get(image) ?? (bareIsGood ? 'nominal' : null)
    if (label === null || unread.has(image)) return []
    return [
      listedSample(listing, image, {
        label,
        part: partOf?.(image) ?? null,
        mask: label === 'nominal' ? null : maskOf(listing, paired.masks.get(image) ?? [], roles.backgroundOf),
        foreground: maskOf(listing, foregrounds.masks.get(image) ?? []),
        split: classOf(image).split,
        attributes: columns(image),
      }),
    ]
  })
  const lost = bareIsGood ? [] : bare
  return {
    samples,
    issues: [
      ...issues,
      ...ambiguousMasks(listing, paired, () => false),
      ...ambiguousMasks(listing, foregrounds, () => false),
    ],
    why:
      why ?? 'no folder says what is good, and the images have masks: an image whose mask is empty is good',
    leftOut: [
      ...leftOut('images without a mask, where the others have one', 'image', lost, roles.photographs.length),
      ...lostMasks(roles, paired, foregrounds),
    ],
    explained: listing.images,
  }
}

export function lostMasks(roles: ImageRoles, paired: PairedMasks, foregrounds: PairedMasks): LeftOut[] {
  const all = roles.masks.length + roles.strangers.length
  return [
    ...leftOut('masks that belong to no image', 'mask', paired.unmatched, all),
    ...leftOut('photographs in the place of masks', 'mask', roles.strangers, all),
    ...leftOut(
      'masks of the object that belong to no image',
      'mask',
      foregrounds.unmatched,
      roles.foregrounds.length,
    ),
  ]
}

/** @param isGood - The masks of good parts are empty: whose they are does not matter. */
export function ambiguousMasks(
  { root }: Listing,
  { ambiguous }: PairedMasks,
  isGood: (image: string) => boolean,
): DatasetIssue[] {
  return ambiguous
    .filter(({ images }) => !images.every(isGood))
    .map(({ mask, images }) => ({
      kind: 'shared-mask',
      severity: 'error',
      path: join(root, mask),
      message: `may be the mask of ${images.slice(0, 3).join(' or of ')}: no mask serves two images; put it into a folder that is named like its image's`,
    }))
}

/** Masks of the object were mostly drawn for training: of images of one name, those that train have them. */
export function foregroundsOf(roles: ImageRoles, classOf: (image: string) => FolderClass): PairedMasks {
  return pairMasks(roles.foregrounds, roles.photographs, (image) => classOf(image).split === 'train')
}
