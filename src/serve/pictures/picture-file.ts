/** A picture as it is stored, and how its pixels are to be read. */
import type { PixelReading } from '../../image/pixel-reading.ts'

export interface PictureFile {
  readonly bytes: Uint8Array
  /** Empty for 8 bits and one page. */
  readonly reading: PixelReading
}
