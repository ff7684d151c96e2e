/**
 * Where a backbone answers at all: the largest activation over the channels, for single images, over a set, and over everything.
 *
 * If the parts of a set lie differently, so do the answers, and their maximum covers the whole picture: then no detector that
 * goes by places can tell what belongs where. Source: figure 5 of Hönel and Nordqvist, "From Lab to Factory".
 */
import type { ImageFeatures } from '../../backbone/backbone.ts'
import type { Sample } from '../../dataset/sample.ts'
import { cellsInContent } from '../../image/cell-range.ts'
import type { ScoreMap } from '../../image/image.ts'
import { lastOf } from '../../present.ts'

/** Cells outside the picture are NaN. */
export interface ActivationMaps {
  readonly stage: string
  readonly channels: number
  /** Nominal images that the set consists of. */
  readonly images: number
  /** The largest activation of all. */
  readonly maximum: number
  /** For each cell the largest over the channels and over the set. */
  readonly set: ScoreMap
  /** A few images, spread over the set, in its order. */
  readonly examples: readonly { readonly sample: Sample; readonly map: ScoreMap }[]
}

export interface ActivationGatherer {
  /** Anomalous images are passed over. */
  add(sample: Sample, features: ImageFeatures): void
  /** Takes over what was gathered elsewhere, of other images. */
  merge(other: ActivationMaps): void
  /** null where no nominal image was added. */
  maps(): ActivationMaps | null
}

const exampleCount = 6

/** Ids of the images that serve as examples, spread over all. */
export function chooseExamples(samples: readonly Sample[]): ReadonlySet<string> {
  const nominal = samples.filter(({ label }) => label === 'nominal')
  const count = Math.min(exampleCount, nominal.length)
  return new Set(
    Array.from({ length: count }, (_, i) => nominal[Math.floor(((i + 0.5) * nominal.length) / count)]!.id),
  )
}

/** @param shown - Ids of the examples. */
export function gatherActivations(shown: ReadonlySet<string>): ActivationGatherer {
  const examples: ActivationMaps['examples'][number][] = []
  let set: ScoreMap | undefined
  let [stage, channels, images, maximum] = ['', 0, 0, -Infinity]
  const include = (map: ScoreMap): void => {
    set ??= { ...map, data: new Float32Array(map.data.length).fill(NaN) }
    for (const [cell, value] of map.data.entries()) {
      if (Number.isNaN(value)) continue
      if (!(set.data[cell]! >= value)) set.data[cell] = value
      if (value > maximum) maximum = value
    }
  }
  return {
    add(sample, features) {
      if (sample.label !== 'nominal') return
      const last = lastOf(features.maps)
      ;({ stage, channels } = last)
      const map = largestOverChannels(features)
      include(map)
      images++
      if (shown.has(sample.id)) examples.push({ sample, map })
    },
    merge(other) {
      ;({ stage, channels } = other)
      include(other.set)
      images += other.images
      examples.push(...other.examples)
    },
    maps: () => (set === undefined ? null : { stage, channels, images, maximum, set, examples }),
  }
}

/** Of the deepest stage. */
function largestOverChannels({ maps, frame }: ImageFeatures): ScoreMap {
  const { channels, rows, cols, data } = lastOf(maps)
  const range = cellsInContent(frame, rows, cols)
  const largest = new Float32Array(rows * cols).fill(NaN)
  for (let row = range.row; row < range.row + range.rows; row++) {
    for (let col = range.col; col < range.col + range.cols; col++) {
      const cell = row * cols + col
      let most = -Infinity
      for (let channel = 0; channel < channels; channel++) {
        most = Math.max(most, data[channel * rows * cols + cell]!)
      }
      largest[cell] = most
    }
  }
  return { width: cols, height: rows, data: largest }
}
