/**
 * The values that travel between the image room and the rest: decoded images, prepared images, masks, frames, maps.
 *
 * Sizes are (width, height); arrays are row-major, the last index varies fastest.
 */

export interface Size {
  readonly width: number
  readonly height: number
}

/** Whole pixels; `x`, `y` is the upper left corner. */
export interface Rect extends Size {
  readonly x: number
  readonly y: number
}

/** A decoded colour image, upright (EXIF orientation applied), alpha removed, 16 bit reduced to 8. */
export interface Image extends Size {
  readonly data: Uint8Array // [height, width, 3] RGB, 0..255
}

/** One grey level per pixel. */
export interface GreyImage extends Size {
  readonly data: Uint8Array // [height, width], 0..255
}

/** A binary mask: 1 inside, 0 outside. */
export interface Mask extends Size {
  readonly data: Uint8Array // [height, width], 0 or 1
}

/** One number per pixel, higher = more anomalous, raw and unbounded. */
export interface ScoreMap extends Size {
  readonly data: Float32Array // [height, width]
}

/** How an image of any size is brought to the model's size. `pad` and `crop` never distort. */
export type Fit = 'stretch' | 'pad' | 'crop'

/**
 * How a prepared image relates to its source: the `visible` part of the source (source pixels) fills the `content`
 * rectangle of the prepared image (prepared pixels); anything outside `content` is padding and must not be scored.
 */
export interface Frame {
  readonly source: Size
  readonly size: Size
  readonly visible: Rect
  readonly content: Rect
}

/** An image at the model's input size. */
export interface PreparedImage extends Image {
  readonly frame: Frame
}
