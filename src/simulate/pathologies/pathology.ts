/** What a pathology is: a function from plan to plan, and what it does to one. Deterministic from the dataset's seed. */
import type { Random } from '../../math/random.ts'
import type { PlannedImage } from '../planned-image.ts'
import type { FileSpec, SceneSpec, ViewSpec } from '../render-spec.ts'
import type { SimulateOptions } from '../simulate-options.ts'

export interface Pathology {
  /** What it does at strength s, in a clause; stands in `docs/simulate.md`. */
  readonly effect: string
  /**
   * @param strength - Above 0, up to 1. What is affected at one strength is affected at any higher one.
   * @param random - Its own stream, whatever other pathologies there are.
   */
  apply(
    plan: readonly PlannedImage[],
    strength: number,
    random: Random,
    options: SimulateOptions,
  ): PlannedImage[]
}

/**
 * Draws a share of the items: a larger share holds a smaller one drawn from an equal stream.
 *
 * @returns round(share * items) of them, at least one where there are any.
 */
export function drawShare<Item>(items: readonly Item[], share: number, random: Random): Set<Item> {
  const count = Math.min(items.length, Math.max(1, Math.round(share * items.length)))
  return new Set(random.shuffleInPlace([...items]).slice(0, count))
}

/** Notes in the image's truth that the pathology was at work. */
export function touched(image: PlannedImage, pathology: string): PlannedImage {
  const { truth } = image
  return { ...image, truth: { ...truth, pathologies: [...truth.pathologies, pathology] } }
}

/** Changes the scene, whatever the picture's label. */
export function withScene(
  image: PlannedImage,
  pathology: string,
  change: (scene: SceneSpec) => Partial<SceneSpec>,
): PlannedImage {
  const { spec } = image
  const changed = (scene: SceneSpec): SceneSpec => ({ ...scene, ...change(scene) })
  const { whenAnomalous } = spec
  return touched(
    {
      ...image,
      spec: {
        ...spec,
        scene: changed(spec.scene),
        whenAnomalous: whenAnomalous && { ...whenAnomalous, scene: changed(whenAnomalous.scene) },
      },
    },
    pathology,
  )
}

export function withView(
  image: PlannedImage,
  pathology: string,
  change: (view: ViewSpec) => Partial<ViewSpec>,
): PlannedImage {
  const { spec } = image
  return touched({ ...image, spec: { ...spec, view: { ...spec.view, ...change(spec.view) } } }, pathology)
}

export function withFile(image: PlannedImage, pathology: string, change: Partial<FileSpec>): PlannedImage {
  const { spec } = image
  const { whenAnomalous } = spec
  return touched(
    {
      ...image,
      spec: {
        ...spec,
        file: { ...spec.file, ...change },
        whenAnomalous: whenAnomalous && {
          ...whenAnomalous,
          file: { ...whenAnomalous.file, ...change },
        },
      },
    },
    pathology,
  )
}

/** Ties scene or file to the label: they change if the picture turns out anomalous. */
export function tiedToLabel(
  image: PlannedImage,
  pathology: string,
  change: { scene?: (scene: SceneSpec) => Partial<SceneSpec>; file?: Partial<FileSpec> },
): PlannedImage {
  const { spec, truth } = image
  const { scene, file } = spec.whenAnomalous ?? spec
  return {
    ...image,
    spec: {
      ...spec,
      whenAnomalous: { scene: { ...scene, ...change.scene?.(scene) }, file: { ...file, ...change.file } },
    },
    truth: { ...truth, whenAnomalous: [...truth.whenAnomalous, pathology] },
  }
}

/** Images that may be labelled anomalous: those of parts known to be defective. */
export const mayBeAnomalous = ({ severity }: PlannedImage): boolean => severity !== null

/** Images by physical part, in the plan's order. */
export function byPart(plan: readonly PlannedImage[]): Map<string, PlannedImage[]> {
  const parts = new Map<string, PlannedImage[]>()
  for (const image of plan) {
    const images = parts.get(image.truth.part)
    if (images === undefined) parts.set(image.truth.part, [image])
    else images.push(image)
  }
  return parts
}
