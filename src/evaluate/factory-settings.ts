/** What a figure depends on besides scores and labels. */

/** What the factory states; see `docs/protocol.md`. */
export interface FactorySettings {
  /** Share of defective parts among all parts that pass the camera, 0..1. */
  readonly prevalence: number
  /** Cost of one missed defective part, and of one good part rejected, in the same money. */
  readonly costEscape: number
  readonly costOverkill: number
  /** False-positive rate up to which the partial AUROC looks, 0..1. */
  readonly partialFpr: number
}
