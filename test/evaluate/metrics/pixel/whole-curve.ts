/**
 * The slow but obvious twin of `createPixelMetrics`: builds every curve, one point for each distinct score, and takes its
 * area by trapezoids.
 */
import { connectedComponents } from '../../../../src/math/connected-components.ts'

export interface TwinImage {
  readonly scores: ArrayLike<number>
  /** null for a nominal image. */
  readonly mask: Uint8Array | null
  readonly width: number
  readonly height: number
}

interface Point {
  readonly threshold: number
  /** Share of all pixels without a defect, and of those of nominal images, at or above the threshold. */
  readonly fpr: number
  readonly nominalFpr: number
  readonly recall: number
  readonly precision: number
  /** Mean over the regions of the share of their pixels at or above the threshold. */
  readonly overlap: number
  /** The same for the defect pixels of each anomalous image. */
  readonly imageRecalls: readonly number[]
}

interface Curve {
  readonly points: readonly Point[]
  readonly regions: readonly (readonly number[])[]
  readonly nominalPixels: number
}

export function wholeCurve(images: readonly TwinImage[]): Curve {
  const nominal: number[] = []
  const around: number[] = []
  const regions: number[][] = []
  const perImage: number[][] = []
  for (const { scores, mask, width, height } of images) {
    if (mask === null) {
      nominal.push(...Array.from(scores))
      continue
    }
    const { labels, count } = connectedComponents(mask, width, height, 8)
    const own = Array.from({ length: count }, (): number[] => [])
    Array.from(labels, (label, i) => (label === 0 ? around : own[label - 1]!).push(scores[i]!))
    regions.push(...own)
    if (count > 0) perImage.push(own.flat())
  }
  const defect = perImage.flat()
  const negatives = [...nominal, ...around]
  const share = (scores: readonly number[], threshold: number): number =>
    scores.length === 0 ? 0 : scores.filter((score) => score >= threshold).length / scores.length
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const thresholds = [...new Set([...defect, ...negatives])].sort((a, b) => b - a)
  const points = thresholds.map((threshold): Point => {
    const hits = defect.filter((score) => score >= threshold).length
    const rejected = hits + negatives.filter((score) => score >= threshold).length
    return {
      threshold,
      fpr: share(negatives, threshold),
      nominalFpr: share(nominal, threshold),
      recall: hits / defect.length,
      precision: hits / rejected,
      overlap: mean(regions.map((region) => share(region, threshold))),
      imageRecalls: perImage.map((pixels) => share(pixels, threshold)),
    }
  })
  const start = {
    threshold: Infinity,
    fpr: 0,
    nominalFpr: 0,
    recall: 0,
    precision: 1,
    overlap: 0,
    imageRecalls: perImage.map(() => 0),
  }
  return { points: [start, ...points], regions, nominalPixels: nominal.length }
}

export function areaUpTo(points: readonly { x: number; y: number }[], limit: number): number {
  let area = 0
  for (let i = 1; i < points.length; i++) {
    const [p, q] = [points[i - 1]!, points[i]!]
    const end = Math.min(q.x, limit)
    if (end <= p.x) continue
    const y = p.y + ((q.y - p.y) * (end - p.x)) / (q.x - p.x)
    area += ((p.y + y) / 2) * (end - p.x)
  }
  return area / limit
}

export function twinFigures({ points, nominalPixels }: Curve) {
  const aupro = (limit: number): number =>
    areaUpTo(
      points.map(({ fpr, overlap }) => ({ x: fpr, y: overlap })),
      limit,
    )
  return {
    auroc: areaUpTo(
      points.map(({ fpr, recall }) => ({ x: fpr, y: recall })),
      1,
    ),
    averagePrecision: points.reduce(
      (sum, { recall, precision }, i) => sum + (i === 0 ? 0 : (recall - points[i - 1]!.recall) * precision),
      0,
    ),
    aupro: aupro(0.3),
    aupro05: aupro(0.05),
    aupimo: nominalPixels >= 1e5 ? aupimo(points) : null,
  }
}

/** Recall of an image against the log of the false-alarm rate on nominal images, by many small steps. */
function aupimo(points: readonly Point[]): number {
  const images = points[0]!.imageRecalls.length
  const steps = 20_000
  let sum = 0
  let at = 1
  for (let step = 0; step < steps; step++) {
    const z = 1e-5 * 10 ** ((step + 0.5) / steps)
    while (points[at]!.nominalFpr < z) at++
    const [p, q] = [points[at - 1]!, points[at]!]
    const share = (z - p.nominalFpr) / (q.nominalFpr - p.nominalFpr)
    for (let image = 0; image < images; image++) {
      sum += p.imageRecalls[image]! + (q.imageRecalls[image]! - p.imageRecalls[image]!) * share
    }
  }
  return sum / steps / images
}
