/** How everything downstream looks at images: one preparation, one backbone, a cache behind it. */
import type { MaskSource } from '../dataset/sample.ts'
import type { Fit, Image, Mask, PreparedImage, Rect, Size } from '../image/image.ts'
import type { PixelReading } from '../image/pixel-reading.ts'
import type { Task } from '../task.ts'
import type { ImageFeatures, PatchDefaults, StageInfo } from './backbone.ts'

/** A part of a picture. */
export interface Crop extends Rect {
  /** Size of the whole. */
  readonly of: Size
}

/** What scoring needs to know of an image, and what training may use; every `Sample` is one. */
export interface ImageRef {
  /** Where the file is; of a picture in memory, the name that outcomes and errors call it by. */
  readonly path: string
  /** A picture in memory, which takes the place of a file: the bytes of one, or its pixels. */
  readonly picture?: Uint8Array | Image
  /** The picture in memory as it was prepared already, for a vision of that size and fit; any other prepares the picture itself. */
  readonly prepared?: PreparedImage
  /** How its pixels are to be read; absent for the plain way. */
  readonly reading?: PixelReading
  /** Which part of the picture is meant; absent for the whole. */
  readonly crop?: Crop
  /** The physical object it shows; null or absent where unknown. */
  readonly part?: string | null
  /** Mask of the object; null or absent where there is none. */
  readonly foreground?: MaskSource | null
}

/** The outcome for one image among many: its failure is an ordinary outcome, not an exception. */
export type Outcome<T> =
  | { readonly ok: true; readonly path: string; readonly value: T }
  | { readonly ok: false; readonly path: string; readonly error: string }

/** How smaller pictures are made. */
export type Scaling =
  /** From the source, smoothed: as any picture is prepared. */
  | 'smooth'
  /** Every n-th pixel of the prepared picture, as CS-Flow's reference does. */
  | 'subsampled'

/** How a detector looks at images: one preparation, one backbone, a cache behind it. */
export interface Vision {
  readonly size: Size
  readonly fit: Fit
  readonly backbone: {
    readonly id: string
    readonly weights: string
    /** Every stage of the architecture, shallow to deep. */
    readonly stages: readonly StageInfo[]
    readonly patchDefaults: PatchDefaults
  }
  /** Prepared images in the order asked for; an undecodable file is an outcome, not an exception. */
  images(refs: readonly ImageRef[], task: Task): AsyncIterable<Outcome<PreparedImage>>
  /**
   * The mask of the object that an image shows, prepared like the image.
   *
   * @returns null where there is none. @throws {InputError} It cannot be read, or is of another size than the image.
   */
  foreground(ref: ImageRef, image: Pick<PreparedImage, 'frame'>): Promise<Mask | null>
  /** Features of files in the order asked for, cached on disk by content. */
  features(
    refs: readonly ImageRef[],
    stages: readonly string[],
    task: Task,
  ): AsyncIterable<Outcome<ImageFeatures>>
  /** Features of images made on the fly (augmented, synthesised); never cached. */
  extract(images: readonly PreparedImage[], stages: readonly string[]): Promise<readonly ImageFeatures[]>
  /**
   * The same images through the same backbone at another size; the cache is shared, and closing is left to this one.
   *
   * @param factor - Of the size; `subsampled` needs 1 / n.
   * @throws {UsageError} The new size is not of whole pixels.
   */
  scaled(factor: number, scaling?: Scaling): Vision
}
