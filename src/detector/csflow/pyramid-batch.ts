/** From features of single images to a batch as the flow takes it: channel-major. */
import { type TensorData, tensor } from '../../graph/index.ts'
import { type FlowShape, scales } from './flow-shape.ts'

export interface PyramidBatch {
  /** `x0` to `x2`, float32 [channels, images, rows, cols]; the same memory at each batch. */
  readonly feeds: Readonly<Record<string, TensorData<'float32'>>>
  /**
   * @param place - In the batch.
   * @param maps - float32 [channels, rows, cols] for each scale.
   */
  put(place: number, maps: readonly Float32Array[]): void
}

export function createPyramidBatch({ channels, extents }: FlowShape, images: number): PyramidBatch {
  const arrays = extents.map(([rows, cols]) => new Float32Array(channels * images * rows * cols))
  return {
    feeds: Object.fromEntries(
      scales.map((scale) => [`x${scale}`, tensor(arrays[scale]!, [channels, images, ...extents[scale]])]),
    ),
    put(place, maps) {
      for (const scale of scales) {
        const [source, target] = [maps[scale]!, arrays[scale]!]
        const positions = extents[scale][0] * extents[scale][1]
        for (let channel = 0; channel < channels; channel++) {
          const from = channel * positions
          target.set(source.subarray(from, from + positions), (channel * images + place) * positions)
        }
      }
    },
  }
}
