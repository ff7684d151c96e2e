/**
 * What a flow is made of before there are numbers: its extents, and its parameters by name.
 *
 * Names are `<block>.<net>.<layer>`, e.g. `0.s2.in1`: net `s2` reads the second half of the channels and moves the first,
 * `s1` the other way round; layers are `in0..2` (to the hidden channels), `out0..2` (back, same scale), `up0..1` (from scale
 * i + 1 to i), `down0..1` (from scale i to i + 1), each with a `.bias`, and `gamma0..2`.
 */
import { UsageError } from '../../errors.ts'
import type { TensorType } from '../../graph/index.ts'

export type Extents = readonly [rows: number, cols: number]

export const scales = [0, 1, 2] as const

export interface FlowShape {
  /** Of the features; at least 2. */
  readonly channels: number
  /** Hidden channels of the networks in the couplings. */
  readonly hidden: number
  /** Side of the square kernels of each coupling block; odd. */
  readonly kernels: readonly number[]
  /** Of the maps at each scale, fine to coarse, each half of the one before. */
  readonly extents: readonly [Extents, Extents, Extents]
  /** Where the logarithm of a coupling's factor levels off; > 0. */
  readonly clamp: number
}

export interface Halves {
  readonly first: number
  readonly second: number
}

/** The first half is the smaller one where channels are odd. */
export function halvesOf(channels: number): Halves {
  const first = Math.floor(channels / 2)
  return { first, second: channels - first }
}

export const elementsPerImage = ({ channels, extents }: FlowShape): number =>
  channels * extents.reduce((sum, [rows, cols]) => sum + rows * cols, 0)

/**
 * Every parameter, in the order of the model's file; float32. Weights of convolutions that widen are [outputs, inputs, rows,
 * cols], of those that narrow (`out`, `up`) [outputs, rows, cols, inputs], as `graph/channel-major.ts` takes them; `down`
 * has a stride and is of the first kind.
 */
export function flowParameters({
  channels,
  hidden,
  kernels,
}: FlowShape): Readonly<Record<string, TensorType<'float32'>>> {
  const types: Record<string, TensorType<'float32'>> = {}
  const declare = (name: string, ...shape: number[]) => {
    types[name] = { dtype: 'float32', shape }
  }
  const { first, second } = halvesOf(channels)
  for (const [block, k] of kernels.entries()) {
    for (const { net, reads, moves } of [
      { net: 's1', reads: first, moves: second },
      { net: 's2', reads: second, moves: first },
    ]) {
      const name = `${block}.${net}`
      const outputs = 2 * moves
      const layer = (part: string, ...shape: number[]) => {
        declare(`${name}.${part}`, ...shape)
        declare(`${name}.${part}.bias`, shape[0]!)
      }
      for (const scale of scales) {
        declare(`${name}.gamma${scale}`, 1)
        layer(`in${scale}`, hidden, reads, k, k)
        layer(`out${scale}`, outputs, k, k, hidden)
      }
      for (const scale of [0, 1]) {
        layer(`up${scale}`, outputs, k, k, hidden)
        layer(`down${scale}`, outputs, hidden, k, k)
      }
    }
  }
  return types
}

/**
 * Extents of the maps at three scales.
 *
 * @param finest - Of the network's input at the finest scale, in pixels.
 * @param stride - Pixels to a feature cell.
 * @throws {UsageError} The coarsest scale, a quarter of the size, has no whole number of cells.
 */
export function pyramidExtents(
  finest: { readonly width: number; readonly height: number },
  stride: number,
): FlowShape['extents'] {
  const step = 4 * stride
  if (finest.width % step !== 0 || finest.height % step !== 0) {
    const near = (side: number) => Math.max(step, Math.round(side / step) * step)
    throw new UsageError(
      `csflow: expected a size that three scales divide, a multiple of ${step} (4 times the stride ${stride} of the features), ` +
        `got ${finest.width}x${finest.height}; the nearest is ${near(finest.width)}x${near(finest.height)}`,
    )
  }
  const at = (divisor: number): Extents => [finest.height / stride / divisor, finest.width / stride / divisor]
  return [at(1), at(2), at(4)]
}
