/** A mask with the name of the image that it was made for, as its maker wrote it. */
import type { GivenMask } from './given-mask.ts'

export interface NamedMask {
  readonly name: string
  readonly mask: GivenMask
}
