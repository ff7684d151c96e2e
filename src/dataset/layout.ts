/** The contract of the layouts, and what they share. */
import { join } from 'node:path'
import type { Task } from '../task.ts'
import type { Listing } from './listing.ts'
import type { DatasetIssue, LayoutName, LeftOut, MaskSource, Sample } from './sample.ts'

export interface Layout {
  readonly name: LayoutName
  /** What it looks for, in words, for the message when nothing fits. */
  readonly expects: string
  recognise(listing: Listing): boolean
  /** Called with any listing: the user may insist on the layout. */
  read(listing: Listing, task: Task): Promise<LayoutReading>
}

export interface LayoutReading {
  /** In any order, ids unique. */
  readonly samples: readonly Sample[]
  readonly issues: readonly DatasetIssue[]
  /** Further image files, relative, that belong to the layout though no sample names them. */
  readonly explained?: readonly string[]
  /** As in `Dataset`. */
  readonly why?: string
  readonly leftOut?: readonly LeftOut[]
  readonly notes?: readonly string[]
}

/** A sample of a file in the listing; fields not given are unknown. */
export function listedSample(
  listing: Listing,
  id: string,
  fields: Pick<Sample, 'label'> & Partial<Omit<Sample, 'id' | 'path'>>,
): Sample {
  return {
    id,
    path: join(listing.root, id),
    part: null,
    defect: null,
    mask: null,
    foreground: null,
    split: null,
    attributes: {},
    ...fields,
  }
}

/** The first of several paths (without ending) at which there is an image, as a mask; null for none. */
export function findMask(listing: Listing, candidates: readonly string[]): MaskSource | null {
  for (const candidate of candidates) {
    const found = listing.findImage(candidate)
    if (found !== undefined) return { kind: 'file', path: join(listing.root, found) }
  }
  return null
}

export function emptyLabel(listing: Listing, folder: string): DatasetIssue {
  const message = 'holds no image although its name is a label'
  return { kind: 'label-without-images', severity: 'warning', path: join(listing.root, folder), message }
}
