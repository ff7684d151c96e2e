/** What annotation files of all formats come to: for each picture the areas that are marked, and what is marked without an area. */
import type { Size } from '../../image/image.ts'
import type { Region } from './fill-region.ts'

export interface LabelledRegion {
  /** Class of the object or defect, as the file names it; '' where it does not. */
  readonly label: string
  readonly region: Region
}

/** An image of a listing, and what a file says of it. */
export interface Marked {
  readonly id: string
  /** Relative. */
  readonly file: string
  readonly image: AnnotatedImage
}

/** Marks that say that there is something, but not which pixels it is. */
export type MarkWithoutArea = 'box' | 'line' | 'point' | 'tag'

export interface AnnotatedImage {
  /** As the file writes it: a name or a path, of the program that wrote it. */
  readonly name: string
  /** Size of the picture as stated; null where it is not. */
  readonly size: Size | null
  readonly regions: readonly LabelledRegion[]
  readonly withoutArea: readonly { readonly kind: MarkWithoutArea; readonly label: string }[]
}

export interface Annotations {
  /** For messages: `COCO`, `CVAT` ... */
  readonly format: string
  /** Every picture that the file names, with or without a mark. */
  readonly images: readonly AnnotatedImage[]
  /** What in it cannot be used and why, a sentence each. */
  readonly remarks: readonly string[]
}

const plural: Readonly<Record<MarkWithoutArea, string>> = {
  box: 'boxes',
  line: 'lines',
  point: 'points',
  tag: 'tags for whole pictures',
}

const why: Readonly<Record<MarkWithoutArea, string>> = {
  box: 'a box says where something is, not which pixels it is',
  line: 'a line has no area: draw a polygon around it',
  point: 'a point has no area',
  tag: 'a tag says what is in a picture, not where',
}

/** What was found and why it is not enough, as a clause; '' where everything has an area. */
export function describeWithoutArea(images: readonly AnnotatedImage[]): string {
  const counts = new Map<MarkWithoutArea, number>()
  for (const { withoutArea } of images)
    for (const { kind } of withoutArea) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts]
    .map(([kind, count]) => `${count} ${count === 1 ? kind : plural[kind]} (${why[kind]})`)
    .join(', ')
}
