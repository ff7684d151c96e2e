/** A dataset as every later stage sees it: a list of samples, what is wrong with them, and what was left out. No pixels here. */
import type { Size } from '../image/image.ts'
import type { PixelReading } from '../image/pixel-reading.ts'
import type { Region } from './annotations/fill-region.ts'

export type Label = 'nominal' | 'anomalous'

/** Role in which a sample was published. */
export type Split = 'train' | 'validation' | 'test'

/**
 * Where the ground truth of a sample's defect (or of its object) is. `path` is the file that a message names: the mask
 * image, the first of several, or the file of annotations.
 */
export type MaskSource =
  | {
      readonly kind: 'file'
      readonly path: string
      /** The brighter side is the background, as the masks of the dataset agree; absent where the file itself decides. */
      readonly isInverted?: boolean
      /** Colours of the background, 0xRRGGBB, where the dataset names them; absent where the file itself decides. */
      readonly background?: readonly number[]
      /**
       * EXIF orientation of the photograph, 2..8, where the mask was drawn on its pixels as stored: the mask is turned likewise.
       */
      readonly orientation?: number
    }
  | { readonly kind: 'labelme'; readonly path: string; readonly orientation?: number }
  /** Regions of an annotation file; `size` is the picture's as the file states it, null where it does not. */
  | {
      readonly kind: 'regions'
      readonly path: string
      readonly size: Size | null
      readonly regions: readonly Region[]
      readonly orientation?: number
    }
  /** Several masks of one image (a file an instance, a folder of masks an image): inside any is inside. */
  | { readonly kind: 'union'; readonly path: string; readonly masks: readonly MaskSource[] }

export interface Sample {
  /** Path relative to the dataset's root with `/` as separator; unique in the dataset. */
  readonly id: string
  /** Absolute path of the image file. */
  readonly path: string
  readonly label: Label
  /** The physical object the image shows; null where unknown. Several images may share one. */
  readonly part: string | null
  /** Defect type of an anomalous sample (folder or column); null for nominal samples or where unknown. */
  readonly defect: string | null
  /** Mask of the defect; null where there is none. */
  readonly mask: MaskSource | null
  /** Mask of the object (foreground); null where there is none. */
  readonly foreground: MaskSource | null
  /** Role in which the dataset was published; null where the layout has none. */
  readonly split: Split | null
  /** How its pixels are to be read, where that is not plain: of more than 8 bits, or of several pages. */
  readonly reading?: PixelReading
  /** Further columns (angle, lot, exposure ...), kept for subgroups. */
  readonly attributes: Readonly<Record<string, string>>
}

export type IssueKind =
  | 'unreadable'
  /** What lies in it is not known. */
  | 'unlisted-folder'
  | 'missing-mask'
  | 'mask-size'
  | 'empty-mask'
  | 'label-without-images'
  /** Of the whole dataset: no image is nominal. */
  | 'no-nominal'
  | 'duplicate-path'
  | 'conflicting-labels'
  | 'missing-file'
  | 'bad-row'
  | 'unknown-file'
  | 'no-part'
  /** A column of a manifest that looks as if it were meant, and is not used. */
  | 'unused-column'
  /** A mask that can be read in two ways, or says what masks seldom say. */
  | 'doubtful-mask'
  /** A photograph where a mask was expected. */
  | 'not-a-mask'
  /** One mask that would serve several images. */
  | 'shared-mask'
  /** An annotation or mask that says nothing that can be used (boxes only, no area ...). */
  | 'unusable-annotation'

/** One thing wrong with a dataset. `error` means the sample named cannot be used; `warning` that it can. */
export interface DatasetIssue {
  readonly kind: IssueKind
  readonly severity: 'error' | 'warning'
  readonly path: string
  readonly message: string
}

/** Files that are no samples, by the reason. */
export interface LeftOut {
  /** As a phrase: `masks that belong to no image`. */
  readonly reason: string
  /** By kind and share: `error` where what the dataset says may not be what was meant. */
  readonly severity: 'error' | 'warning' | 'info'
  readonly count: number
  /** Of all images of the dataset, used or not; 0..1. For masks, of all masks. */
  readonly share: number
  /** Up to five paths relative to the root. */
  readonly examples: readonly string[]
}

export type LayoutName = (typeof layoutNames)[number]

export const layoutNames = [
  'mvtec',
  'mtd',
  'bsd',
  'folders',
  'manifest',
  'ksdd',
  'dagm',
  'severstal',
  'coco',
  'yolo',
  'cvat',
  'voc',
  'lookout',
  'labelme',
] as const

export interface Dataset {
  /** The folder (or manifest file) the user named. */
  readonly path: string
  readonly root: string
  readonly layout: LayoutName
  /** Why it was taken for that layout, as a clause: `train/good and test/<defect> lie in it`. */
  readonly why: string
  /** Sorted by id, so that nothing depends on the order of the file system. */
  readonly samples: readonly Sample[]
  readonly issues: readonly DatasetIssue[]
  readonly leftOut: readonly LeftOut[]
  /** What was decided in reading it and should be known, such as how labels and columns were understood; a sentence each. */
  readonly notes: readonly string[]
}
