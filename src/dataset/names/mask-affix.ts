/** What tools put before or behind the name of an image to name its mask. One list for datasets and for `prepare --masks`. */

const word =
  '(?:masks?|msks?|gts?|labels?|segs?|segm|segmentations?|segmentation[_-]?mask|ground[_-]?truth|annot(?:ation)?s?|anno|defect[_-]?mask|anomaly[_-]?mask|maske|mascara|masque)'
const foregroundWord = '(?:fg|fg[_-]?mask|foreground|foreground[_-]?mask|object|object[_-]?mask|silhouette)'
/** `_mask`, `-GT`, `.label`, ` mask`, with the number of an instance or not: `_mask1`, `_mask_02`. */
const behind = new RegExp(`[_\\-. ]${word}(?:[_-]?\\d{1,3})?$`, 'i')
const before = new RegExp(`^${word}[_\\- ]`, 'i')
const foregroundBehind = new RegExp(`[_\\-. ]${foregroundWord}$`, 'i')
/** The ending of the image, left in: `000.png.png`, `000.jpg_mask.png`. */
const innerEnding = /\.(?:png|jpe?g|jfif|tiff?|bmp|webp|p[gpn]m)$/i

export interface MaskAffix {
  /** Name of the image, as far as the name of the mask tells it. */
  readonly stem: string
  /** What the affix says; `none` where there is none. */
  readonly kind: 'none' | 'mask' | 'foreground'
}

/** @param stem - Name of a file without folder and ending. */
export function maskAffix(stem: string): MaskAffix {
  const inner = stem.replace(innerEnding, '')
  const foreground = inner.replace(foregroundBehind, '')
  if (foreground !== inner && foreground !== '')
    return { stem: foreground.replace(innerEnding, ''), kind: 'foreground' }
  const bare = inner.replace(behind, '')
  if (bare !== inner && bare !== '') return { stem: bare.replace(innerEnding, ''), kind: 'mask' }
  const after = inner.replace(before, '')
  if (after !== inner && after !== '') return { stem: after, kind: 'mask' }
  return { stem: inner, kind: 'none' }
}
