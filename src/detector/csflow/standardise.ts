/**
 * Brings each channel to mean 0 and deviation 1 over the training images, at each scale: an affine layer below the flow, whose
 * determinant is a constant. Backbones whose channels differ a hundredfold in spread need it; the reference does without.
 */
import { StatisticalError } from '../../errors.ts'

export interface ChannelStatistics {
  /** float32 [channels]. */
  readonly mean: Float32Array
  /** float32 [channels], > 0. */
  readonly deviation: Float32Array
}

/** Statistics that leave values as they are. */
export const unchanged = (channels: number): ChannelStatistics => ({
  mean: new Float32Array(channels),
  deviation: new Float32Array(channels).fill(1),
})

export interface StatisticsGatherer {
  /** @param map - float32 [channels, positions]. */
  add(map: Float32Array): void
  /** @throws {StatisticalError} Fewer than two positions in all. */
  statistics(): ChannelStatistics
}

/** Deviations below this share of the largest are taken for it: a channel that never varies is left near 0. */
const leastShare = 1e-3

export function gatherStatistics(channels: number, where: string): StatisticsGatherer {
  const sums = new Float64Array(channels)
  const squares = new Float64Array(channels)
  let count = 0
  return {
    add(map) {
      const positions = map.length / channels
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0
        let square = 0
        for (let i = channel * positions; i < (channel + 1) * positions; i++) {
          sum += map[i]!
          square += map[i]! * map[i]!
        }
        sums[channel]! += sum
        squares[channel]! += square
      }
      count += positions
    },
    statistics() {
      if (count < 2) {
        throw new StatisticalError(
          `csflow: ${where}: expected at least 2 feature cells over all images to take deviations from, got ${count}: ` +
            'more images, a larger size, or --option standardise=false',
        )
      }
      const mean = Float32Array.from(sums, (sum) => sum / count)
      const deviation = Float32Array.from(squares, (square, channel) =>
        Math.sqrt(Math.max(0, square / count - (sums[channel]! / count) ** 2)),
      )
      const least = leastShare * deviation.reduce((a, b) => Math.max(a, b), 0)
      return { mean, deviation: deviation.map((value) => Math.max(value, least) || 1) }
    },
  }
}
