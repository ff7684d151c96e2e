/** Pooling and resizing of [images, channels, rows, cols]. */
import { apply, type Op, type Value } from './graph.ts'
import { expectDType, expectInteger, expectRank } from './op-checks.ts'
import { type DType, int64s, type TensorType } from './tensor.ts'
import { type Pair, pairOf, type Sides, sidesOf, type Window, windowExtents } from './windows.ts'

export interface PoolOptions {
  /** Default: the kernel, so that windows do not overlap. */
  readonly stride?: Pair
  readonly padding?: Sides
}

export interface AvgPoolOptions extends PoolOptions {
  /** Whether padding counts as zeros in the mean, as PyTorch has it by default (true), or not at all. */
  readonly countIncludePad?: boolean
}

export type AvgPoolAttributes = Window & { readonly countIncludePad: boolean }

const expectImages = (where: string, x: TensorType): void => {
  expectDType(where, x, 'float32', 'float16')
  expectRank(where, x, 4, '[images, channels, rows, cols]')
}

function inferPool(name: string, x: TensorType, window: Window): readonly TensorType[] {
  expectImages(name, x)
  const [images, channels, rows, cols] = x.shape as [number, number, number, number]
  for (const axis of [0, 1] as const) {
    // A window of nothing but padding has no maximum and no mean.
    for (const side of [window.padding[axis], window.padding[axis + 2]!]) {
      expectInteger(`${name}: padding`, side, 0, window.kernel[axis] - 1)
    }
  }
  return [{ dtype: x.dtype, shape: [images, channels, ...windowExtents(name, [rows, cols], window)] }]
}

const windowAttributes = ({ kernel, stride, padding }: Window) => ({
  kernel_shape: { ints: kernel },
  strides: { ints: stride },
  pads: { ints: padding },
})

const maxPoolOp: Op<Window> = {
  name: 'maxPool',
  infer: ([x], window) => inferPool('maxPool', x, window),
  emit: (window) => ({ type: 'MaxPool', attributes: windowAttributes(window) }),
}

const avgPoolOp: Op<AvgPoolAttributes> = {
  name: 'avgPool',
  infer: ([x], window) => inferPool('avgPool', x, window),
  emit: (window) => ({
    type: 'AveragePool',
    attributes: {
      ...windowAttributes(window),
      count_include_pad: { int: Number(window.countIncludePad) },
    },
  }),
}

const globalAveragePoolOp: Op<null> = {
  name: 'globalAveragePool',
  infer([x]) {
    expectImages('globalAveragePool', x)
    return [{ dtype: x.dtype, shape: [x.shape[0]!, x.shape[1]!, 1, 1] }]
  },
  emit: () => ({ type: 'GlobalAveragePool' }),
}

export type ResizeMode = 'bilinear' | 'nearest'

export interface ResizeAttributes {
  readonly mode: ResizeMode
  readonly rows: number
  readonly cols: number
}

const resizeOp: Op<ResizeAttributes> = {
  name: 'resize',
  infer([x], { rows, cols }) {
    expectImages('resize', x)
    for (const extent of [x.shape[2]!, x.shape[3]!, rows, cols]) {
      expectInteger('resize: rows and cols', extent, 1, Number.MAX_SAFE_INTEGER)
    }
    return [{ dtype: x.dtype, shape: [x.shape[0]!, x.shape[1]!, rows, cols] }]
  },
  emit: ({ mode, rows, cols }, [x]) => ({
    type: 'Resize',
    constants: [null, null, int64s([x.shape[0]!, x.shape[1]!, rows, cols])],
    attributes:
      mode === 'bilinear'
        ? { mode: { text: 'linear' }, coordinate_transformation_mode: { text: 'half_pixel' } }
        : {
            mode: { text: 'nearest' },
            coordinate_transformation_mode: { text: 'asymmetric' },
            nearest_mode: { text: 'floor' },
          },
  }),
}

export const imageOps = {
  maxPool: maxPoolOp,
  avgPool: avgPoolOp,
  globalAveragePool: globalAveragePoolOp,
  resize: resizeOp,
}

const windowOf = (kernel: Pair, { stride = kernel, padding = 0 }: PoolOptions): Window => ({
  kernel: pairOf(kernel),
  stride: pairOf(stride),
  padding: sidesOf(padding),
  dilation: [1, 1],
})

/** Largest element in each window; padding never wins. */
export const maxPool = <D extends DType>(x: Value<D>, kernel: Pair, options: PoolOptions = {}): Value<D> =>
  apply(maxPoolOp, [x], windowOf(kernel, options))

/** Mean of each window. */
export const avgPool = <D extends DType>(x: Value<D>, kernel: Pair, options: AvgPoolOptions = {}): Value<D> =>
  apply(avgPoolOp, [x], {
    ...windowOf(kernel, options),
    countIncludePad: options.countIncludePad ?? true,
  })

/** Mean over rows and cols, which stay with extent 1. */
export const globalAveragePool = <D extends DType>(x: Value<D>): Value<D> =>
  apply(globalAveragePoolOp, [x], null)

/** To other rows and cols, as PyTorch's `interpolate` with `align_corners=False` and without antialiasing. */
export const resize = <D extends DType>(
  x: Value<D>,
  rows: number,
  cols: number,
  mode: ResizeMode = 'bilinear',
): Value<D> => apply(resizeOp, [x], { mode, rows, cols })
