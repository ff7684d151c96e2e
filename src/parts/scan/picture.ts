/** What one look at every file of a dataset keeps: 6 KB a picture, so that 20,000 of them are 120 MB. */
import type { Sample } from '../../dataset/sample.ts'
import type { Light } from '../../drift/light.ts'
import type { ImageFormat } from '../../image/image-format.ts'
import type { PackedMask } from '../../image/packed-mask.ts'

export interface Picture {
  readonly sample: Sample
  readonly width: number
  readonly height: number
  readonly format: ImageFormat
  /** Size of the file. */
  readonly bytes: number
  /** Hash of the file's bytes, and of its pixels: equal pixels may be stored in different files. */
  readonly fileHash: string
  readonly pixelHash: string
  /** EXIF time, milliseconds since 1970; null where the file does not say. */
  readonly takenAt: number | null
  readonly light: Light
  /** Grey, [64, 64], 0..255; aspect not kept. */
  readonly thumbnail: Uint8Array
  /** The object, [64, 64], 1 inside; null where it could not be told from its background. */
  readonly silhouette: PackedMask | null
  /** Null for samples without a usable mask. */
  readonly defect: DefectExtent | null
}

/** A defect's mask as the model will see it. */
export interface DefectExtent {
  /** Pixels of the mask in the photograph. */
  readonly pixels: number
  /** Pixels of each connected region at the model's input, largest first; empty where nothing is left. */
  readonly regions: readonly number[]
  /** Share of the mask that the fit cuts off. */
  readonly cut: number
}

/** A file that is not what it should be. */
export interface FileFault {
  readonly path: string
  readonly kind: 'image' | 'mask'
  readonly reason: string
  /** Of the sample. */
  readonly label: Sample['label']
}

export interface Scan {
  /** In the order of the samples; without those whose image cannot be decoded. */
  readonly pictures: readonly Picture[]
  readonly faults: readonly FileFault[]
}
