/** The contract of the layouts, and what they share. */
import { join } from 'node:path'
import type { Task } from '../task.ts'
import type { Marked } from './annotations/annotation.ts'
import type { ClassChoice } from './folder-classes.ts'
import type { BackgroundOf } from './labelmaps.ts'
import type { Listing } from './listing.ts'
import type { DatasetIssue, LayoutName, LeftOut, MaskSource, Sample } from './sample.ts'

export interface Layout {
  readonly name: LayoutName
  /** What it looks for, in words, for the message when nothing fits. */
  readonly expects: string
  /** By names alone. */
  recognise(listing: Listing, choice: ClassChoice): boolean
  /** Called with any listing: the user may insist on the layout. @throws {InputError} What it holds cannot be told. */
  read(listing: Listing, task: Task, choice: ClassChoice): Promise<LayoutReading>
}

export interface LayoutReading {
  /** In any order, ids unique. */
  readonly samples: readonly Sample[]
  readonly issues: readonly DatasetIssue[]
  /** Further image files, relative, that belong to the layout though no sample names them. */
  readonly explained?: readonly string[]
  /** Annotation files, relative, that were read, and what they say. */
  readonly annotations?: { readonly files: readonly string[]; readonly marked: readonly Marked[] }
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

/** The mask that several files make together, paths relative to the root; null for none. */
export function maskOf(
  { root }: Listing,
  files: readonly string[],
  backgroundOf: BackgroundOf = () => undefined,
): MaskSource | null {
  const masks = files.map((file): MaskSource => {
    const background = backgroundOf(file)
    return { kind: 'file', path: join(root, file), ...(background && { background }) }
  })
  return masks.length < 2 ? (masks[0] ?? null) : { kind: 'union', path: masks[0]!.path, masks }
}

export function emptyLabel(listing: Listing, folder: string): DatasetIssue {
  const message = 'holds no image although its name is a label'
  return { kind: 'label-without-images', severity: 'warning', path: join(listing.root, folder), message }
}
