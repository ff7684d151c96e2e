/** What can be wrong with a dataset, in the order in which it is done to one. */
export const pathologyNames = [
  'few-samples',
  'unbalanced',
  'contaminated-train',
  'tiny-defects',
  'hard-kind',
  'free-pose',
  'rotated-test',
  'aspect',
  'background',
  'brightness',
  'lighting-drift',
  'exposure',
  'glare',
  'fixture-in-view',
  'blur',
  'noise',
  'file-type',
  'near-duplicates',
  'part-scatter',
  'hidden-parts',
  'unreadable',
] as const

export type PathologyName = (typeof pathologyNames)[number]
