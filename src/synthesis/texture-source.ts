/** Where textures come from: the contract that the embedded ones and a folder fulfil. */
import type { Image, Size } from '../image/image.ts'
import type { Random } from '../math/random.ts'

export interface TextureSource {
  /** Says which textures these are: equal ids, equal textures for equal random streams. Goes into configurations. */
  readonly id: string
  /**
   * A texture that covers `size`: one side is that of `size`, the other is that or more; what is used is its middle. It depends
   * on `random` and `size` alone, never on earlier calls, and may be shared: do not write to its data.
   *
   * @throws {InputError} None of the source's files can be read.
   */
  draw(random: Random, size: Size): Promise<Image>
}
