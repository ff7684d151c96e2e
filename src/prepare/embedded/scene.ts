/**
 * What an object and its background look like, learned from the photographs themselves, without any label.
 *
 * The frame of the photographs is taken for background at first, what is unlike it and near the middle for the object. Then, in
 * turn, every photograph is cut by these models (the cheapest labelling of its cells, `math/grid-cut.ts`) and the models are fitted
 * to the result, as GrabCut does it for one picture (Rother et al. 2004), here for all of them together. Photographs of one camera
 * share a clean plate as well: what stays put belongs to the background, though it is as bright as the object.
 */

import { gridCut } from '../../math/grid-cut.ts'
import { upperQuantile } from '../../math/order-statistics.ts'
import {
  type Agreement,
  disagreement,
  evenLightness,
  leastExemplars,
  worthOfDisagreement,
} from './agreement.ts'
import { type CellFeatures, featureCount as dims } from './cell-features.ts'
import { contrastEdges } from './contrast-edges.ts'
import { createGaussian, fitMixture, largestCost, type Mixture, mixtureCost } from './mixture.ts'
import { estimatePlate, type Plate, plateCost } from './plate.ts'

export interface Scene {
  readonly rows: number
  readonly cols: number
  readonly plate: Plate
  readonly background: Mixture
  readonly object: Mixture
  /** Null where too few photographs were learned from. */
  readonly agreement: Agreement | null
}

/** How much of the picture's rim, as a share of its longer side, counts as frame. */
const frameShare = 0.02
const rounds = 8
/** Cost of a cut between equal neighbours, first and last round. */
const smoothness = { first: 3, last: 8 }
/** Extra cost of background that is known elsewhere in the picture but not here. */
const displaced = 2
/** Cells a mixture is fitted to, about. */
const sampleSize = 6000
const scale = 64 // whole-number units of cost
/** Most that the looks of one cell are worth. */
const clip = 12

/**
 * @param pictures - All of one grid; one is enough.
 * @param step - Called after every round, so that the caller can report and stop.
 * Cost: 9 cuts of every picture, some 10 ms each.
 */
export async function learnScene(
  pictures: readonly CellFeatures[],
  step: (done: number, total: number) => Promise<void>,
): Promise<Scene> {
  const { rows, cols } = pictures[0]!
  const frame = frameOf(rows, cols)
  const data = pictures.map((picture) => picture.data)
  const middle = middleWeights(rows, cols)

  const notFrame = frame.map((isFrame) => 1 - isFrame)
  const border = pool(data, (_, i) => frame[i]!, 6)
  const start: Scene = {
    rows,
    cols,
    plate: estimatePlate(
      data,
      data.map(() => notFrame),
      rows,
      cols,
    ),
    background: [...border, ...inOtherLight(border)],
    object: [],
    agreement: null,
  }
  const exemplars = data.length < leastExemplars ? [] : pictures.map((each) => evenLightness(each, frame))
  const disagreements = exemplars.map((own) => disagreement(exemplars, own, rows, cols))
  const costs = data.map((each) => Float32Array.from(frame, (_, i) => backgroundCost(start, each, i)))
  const rim = costs.flatMap((each) => [...each].filter((_, i) => frame[i] === 1))
  const usual = rim.length === 0 ? 0 : upperQuantile(rim, 0.98)
  const salience = (k: number, i: number): number => {
    const weight = Math.min(1, Math.max(0, (costs[k]![i]! - usual) / 6)) * middle[i]!
    return weight > 0.1 ? weight : 0
  }
  let scene: Scene = { ...start, object: pool(data, salience, 1) }
  let cuts = pictures.map((picture) => cutCells(scene, picture, smoothness.first))
  await step(1, rounds + 1)
  for (let round = 0; round < rounds; round++) {
    const labels = cuts.map(({ isObject }) => isObject)
    const background = pool(data, (k, i) => 1 - labels[k]![i]!, 8)
    scene = {
      rows,
      cols,
      plate: estimatePlate(data, labels, rows, cols),
      background: [...background, ...inOtherLight(background)],
      object: pool(
        data,
        (k, i) => (labels[k]![i]! && cuts[k]!.margin[i]! > 0 ? 1 : 0),
        Math.min(2, 1 + round),
      ),
      agreement:
        exemplars.length === 0 ? null : { exemplars, worth: worthOfDisagreement(disagreements, labels) },
    }
    const along = Math.min(1, (round + 1) / (rounds - 1))
    const gamma = smoothness.first + along * (smoothness.last - smoothness.first)
    cuts = pictures.map((picture, k) => cutCells(scene, picture, gamma, disagreements[k]))
    await step(round + 2, rounds + 1)
  }
  return scene
}

export interface CellCut {
  /** [cells], 1 where the object is. */
  readonly isObject: Uint8Array
  /** [cells], by how much the object explains the cell better than the background; natural logarithms. */
  readonly margin: Float32Array
}

/** @param picture - Of the scene's grid. */
export function cutCells(
  scene: Scene,
  picture: CellFeatures,
  gamma = smoothness.last,
  known?: Uint8Array,
): CellCut {
  const { rows, cols, data } = picture
  const frame = frameOf(rows, cols)
  const { agreement } = scene
  const off =
    agreement === null
      ? null
      : (known ?? disagreement(agreement.exemplars, evenLightness(picture, frame), rows, cols))
  const margin = new Float32Array(rows * cols)
  const preference = new Int32Array(rows * cols)
  for (let i = 0; i < margin.length; i++) {
    const looks = backgroundCost(scene, data, i) - mixtureCost(scene.object, data, i * dims)
    const clipped = Math.min(clip, Math.max(-clip, looks))
    margin[i] = agreement === null || off === null ? clipped : clipped + agreement.worth[off[i]!]!
    preference[i] = Math.round(scale * (margin[i]! - 3 * frame[i]!))
  }
  const edges = contrastEdges(picture, gamma * scale)
  return { isObject: gridCut({ width: cols, height: rows, preference, ...edges }), margin }
}

function backgroundCost({ background, plate }: Scene, data: Float32Array, i: number): number {
  const anywhere = mixtureCost(background, data, i * dims) + (plate.isKnown[i] ? displaced : 0)
  return Math.min(largestCost, anywhere, plateCost(plate, data, i))
}

/** Cells of the picture's rim. */
export function frameOf(rows: number, cols: number): Uint8Array {
  const thickness = Math.max(2, Math.round(frameShare * Math.max(rows, cols)))
  return Uint8Array.from({ length: rows * cols }, (_, i) => {
    const [x, y] = [i % cols, Math.floor(i / cols)]
    return Math.min(x, y, cols - 1 - x, rows - 1 - y) < thickness ? 1 : 0
  })
}

/** 1 in the middle, falling as a Gaussian of a quarter of either side. */
function middleWeights(rows: number, cols: number): Float32Array {
  return Float32Array.from({ length: rows * cols }, (_, i) => {
    const u = ((i % cols) + 0.5) / cols - 0.5
    const v = (Math.floor(i / cols) + 0.5) / rows - 0.5
    return Math.exp(-(u * u + v * v) / (2 * 0.25 ** 2))
  })
}

/** The same materials lit otherwise: lightness free, colour nearly the same. Shadows on the background are background. */
function inOtherLight(mixture: Mixture): Mixture {
  return mixture.map(({ weight, mean, covariance }) => {
    const wider = covariance.slice()
    wider[0]! += 35 ** 2
    wider[dims + 1]! += 4
    wider[2 * dims + 2]! += 4
    return createGaussian(weight, mean, wider)
  })
}

/** A mixture of the cells with weight, all pictures together, thinned evenly. */
function pool(
  data: readonly Float32Array[],
  weightOf: (picture: number, cell: number) => number,
  components: number,
): Mixture {
  const cells = data[0]!.length / dims
  let count = 0
  for (let k = 0; k < data.length; k++) for (let i = 0; i < cells; i++) if (weightOf(k, i) > 0) count++
  const every = Math.max(1, Math.floor(count / sampleSize))
  const features: number[] = []
  const weights: number[] = []
  let seen = 0
  for (let k = 0; k < data.length; k++) {
    for (let i = 0; i < cells; i++) {
      const weight = weightOf(k, i)
      if (weight <= 0 || seen++ % every !== 0) continue
      weights.push(weight)
      for (let c = 0; c < dims; c++) features.push(data[k]![i * dims + c]!)
    }
  }
  return fitMixture(Float32Array.from(features), Float32Array.from(weights), components)
}
