/** The contract of the segmenters: from a photograph to the mask of the object in it. */
import type { Image, Mask } from '../image/image.ts'
import type { GivenMask } from './masks/given-mask.ts'

export const segmenterNames = ['embedded', 'grounded-sam', 'masks', 'none'] as const
export type SegmenterName = (typeof segmenterNames)[number]

export interface Segmentation {
  /** Of the image's size; null where nothing was found. Never empty. */
  readonly mask: Mask | null
  /** How sure the segmenter is of it, 0..1; null where it cannot say. */
  readonly confidence: number | null
  /** Objects that could each be the one meant; more than one is a reason to look. */
  readonly objects: number
  /** What a person should know about this mask. */
  readonly notes: readonly string[]
}

export interface Segmenter {
  /** @param given - The mask made elsewhere, for the segmenter that uses them. */
  segment(image: Image, given: GivenMask | null): Promise<Segmentation>
  close(): Promise<void>
}

export const nothingFound = (...notes: string[]): Segmentation => ({
  mask: null,
  confidence: null,
  objects: 0,
  notes,
})
