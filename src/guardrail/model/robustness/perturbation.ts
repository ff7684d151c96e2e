/** A change of the picture that is no defect, in doses. */
import type { Image } from '../../../image/image.ts'
import type { Random } from '../../../math/random.ts'

export interface PixelScale {
  /** Of the picture's size, relative to the model input: lengths in pixels are multiplied by it. */
  readonly magnification: number
  /** Pixels of this picture for each of the photograph: above 1 where it was enlarged. */
  readonly grain: number
}

export interface Dose {
  /** In the unit of the perturbation's axis. */
  readonly value: number
  /** What was done, to stand after "a part": `turned by 5°`. */
  readonly words: string
  /**
   * @param image - The picture without padding, at the size the detector looks at.
   * @param scale - How its pixels relate to others.
   * @param random - The same for an image at every dose, so that doses differ in strength only.
   */
  apply(image: Image, scale: PixelScale, random: Random): Image | Promise<Image>
}

export interface Perturbation {
  /** Last part of the guardrail's id: `rotation`. */
  readonly name: string
  readonly question: string
  /** What is varied, with its unit: `turned, degrees`. */
  readonly axis: string
  /** Mildest first. */
  readonly doses: readonly Dose[]
  /**
   * The dose that two good days at one station may differ by, of those above; null where a line need not expect any. A
   * detector that cannot bear it is warned of; what larger doses do is told.
   */
  readonly expected: number | null
  /** What helps, beginning a sentence. */
  readonly remedy: string
}
