/** A dataset as every later stage sees it: a list of samples and what is wrong with them. No pixels here. */

export type Label = 'nominal' | 'anomalous'

/** Where the ground truth of a sample's defect (or of its object) is: a mask image, or polygons in source pixels. */
export type MaskSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'labelme'; readonly path: string }

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
  readonly split: 'train' | 'test' | null
  /** Further columns (angle, lot, exposure ...), kept for subgroups. */
  readonly attributes: Readonly<Record<string, string>>
}

export type IssueKind =
  | 'unreadable'
  | 'missing-mask'
  | 'mask-size'
  | 'empty-mask'
  | 'label-without-images'
  | 'duplicate-path'
  | 'conflicting-labels'
  | 'missing-file'
  | 'bad-row'
  | 'unknown-file'
  | 'no-part'

/** One thing wrong with a dataset. `error` means the sample named cannot be used; `warning` that it can. */
export interface DatasetIssue {
  readonly kind: IssueKind
  readonly severity: 'error' | 'warning'
  readonly path: string
  readonly message: string
}

export type LayoutName = 'mvtec' | 'mtd' | 'bsd' | 'folders' | 'manifest'

export interface Dataset {
  /** The folder (or manifest file) the user named. */
  readonly path: string
  readonly root: string
  readonly layout: LayoutName
  /** Sorted by id, so that nothing depends on the order of the file system. */
  readonly samples: readonly Sample[]
  readonly issues: readonly DatasetIssue[]
}
