/** Products of matrices, and convolution. */
import { ShapeError } from '../errors.ts'
import { lastOf } from '../present.ts'
import { apply, type Binary, type Op, type TwoOrThree, type Value } from './graph.ts'
import { broadcastShapes, expectDType, expectInteger, expectRank, expectSameDType } from './op-checks.ts'
import { type DType, type Shape, showShape as showExtents } from './tensor.ts'
import { type Pair, pairOf, type Sides, sidesOf, windowExtents } from './windows.ts'

const floats = ['float32', 'float16', 'float64'] as const
const showShape = (shape: Shape): string => `[${showExtents(shape)}]`

const matmulOp: Op<null, Binary> = {
  name: 'matmul',
  infer([a, b]) {
    const dtype = expectSameDType('matmul', [a, b])
    expectDType('matmul', a, ...floats)
    for (const { shape } of [a, b]) {
      if (shape.length < 2) throw new ShapeError('matmul', '[…, rows, cols]', shape)
    }
    const inner = lastOf(a.shape)
    if (b.shape.at(-2) !== inner) {
      throw new ShapeError(
        'matmul: right side',
        `[…, ${inner}, cols] for a left side ${showShape(a.shape)}`,
        b.shape,
      )
    }
    const batch = broadcastShapes('matmul', [a.shape.slice(0, -2), b.shape.slice(0, -2)])
    return [{ dtype, shape: [...batch, a.shape[a.shape.length - 2]!, lastOf(b.shape)] }]
  },
  emit: () => ({ type: 'MatMul' }),
}

export interface GemmOptions<D extends DType = 'float32'> {
  readonly transA?: boolean
  readonly transB?: boolean
  /** Default 1. */
  readonly alpha?: number
  /** Default 1. */
  readonly beta?: number
  /** Added, times beta; broadcasts to the product. */
  readonly c?: Value<D>
}

const gemmOp: Op<Required<Omit<GemmOptions, 'c'>>, TwoOrThree> = {
  name: 'gemm',
  infer([a, b, c], { transA, transB }) {
    const dtype = expectSameDType('gemm', [a, b])
    for (const input of [a, b]) {
      expectDType('gemm', input, ...floats)
      expectRank('gemm', input, 2, '[rows, cols]')
    }
    const [rows, inner] = transA ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!]
    const [innerB, cols] = transB ? [b.shape[1]!, b.shape[0]!] : [b.shape[0]!, b.shape[1]!]
    if (inner !== innerB) {
      const expected = transB ? `[cols, ${inner}]` : `[${inner}, cols]`
      throw new ShapeError('gemm: right side', `${expected} for a left side ${showShape(a.shape)}`, b.shape)
    }
    if (c !== undefined) {
      expectDType('gemm: c', c, dtype)
      if (broadcastShapes('gemm: c', [[rows, cols], c.shape]).join() !== `${rows},${cols}`) {
        throw new ShapeError('gemm: c', `that grows to [${rows}, ${cols}]`, c.shape)
      }
    }
    return [{ dtype, shape: [rows, cols] }]
  },
  emit: ({ transA, transB, alpha, beta }) => ({
    type: 'Gemm',
    attributes: {
      transA: { int: Number(transA) },
      transB: { int: Number(transB) },
      alpha: { float: alpha },
      beta: { float: beta },
    },
  }),
}

export interface Conv2dOptions<D extends DType = 'float32'> {
  /** [outputs] */
  readonly bias?: Value<D>
  readonly stride?: Pair
  /** Zeros around the input. */
  readonly padding?: Sides
  readonly dilation?: Pair
  readonly groups?: number
}

export interface Conv2dAttributes {
  readonly stride: readonly [number, number]
  readonly padding: readonly [number, number, number, number]
  readonly dilation: readonly [number, number]
  readonly groups: number
}

const conv2dOp: Op<Conv2dAttributes, TwoOrThree> = {
  name: 'conv2d',
  infer([x, weight, bias], { stride, padding, dilation, groups }) {
    const inputs = [x, weight, ...(bias === undefined ? [] : [bias])]
    const dtype = expectSameDType('conv2d', inputs)
    expectDType('conv2d', x, 'float32', 'float16')
    expectRank('conv2d: input', x, 4, '[images, channels, rows, cols]')
    expectRank('conv2d: weight', weight, 4, '[outputs, channels / groups, rows, cols]')
    const [images, channels, rows, cols] = x.shape as [number, number, number, number]
    const [outputs, depth, kernelRows, kernelCols] = weight.shape as [number, number, number, number]
    expectInteger('conv2d: groups', groups, 1, Math.max(1, channels))
    if (depth * groups !== channels || outputs % groups !== 0) {
      const expected = `[a multiple of ${groups}, ${channels / groups}, rows, cols] for an input of ${channels} channels`
      throw new ShapeError('conv2d: weight', `${expected} in ${groups} groups`, weight.shape)
    }
    if (bias !== undefined && bias.shape.join() !== `${outputs}`) {
      throw new ShapeError('conv2d: bias', `[${outputs}]`, bias.shape)
    }
    const window = { kernel: [kernelRows, kernelCols] as const, stride, padding, dilation }
    return [{ dtype, shape: [images, outputs, ...windowExtents('conv2d', [rows, cols], window)] }]
  },
  emit: ({ stride, padding, dilation, groups }) => ({
    type: 'Conv',
    attributes: {
      strides: { ints: stride },
      pads: { ints: padding },
      dilations: { ints: dilation },
      group: { int: groups },
    },
  }),
}

export const linearOps = { matmul: matmulOp, gemm: gemmOp, conv2d: conv2dOp }

/** [..., rows, inner] times [..., inner, cols]; the leading axes broadcast. */
export const matmul = <D extends DType>(a: Value<D>, b: Value<D>): Value<D> => apply(matmulOp, [a, b], null)

/** alpha * op(a) op(b) + beta * c, where op may transpose; matrices only. */
export function gemm<D extends DType>(a: Value<D>, b: Value<D>, options: GemmOptions<D> = {}): Value<D> {
  const { c, transA = false, transB = false, alpha = 1, beta = 1 } = options
  return apply(gemmOp, c === undefined ? [a, b] : [a, b, c], { transA, transB, alpha, beta })
}

/**
 * Correlation (no flipping) of [images, channels, rows, cols] with [outputs, channels / groups, rows, cols].
 *
 * Output i reads the channels of group floor(i * groups / outputs).
 */
export function conv2d<D extends DType>(
  x: Value<D>,
  weight: Value<D>,
  options: Conv2dOptions<D> = {},
): Value<D> {
  const { bias, stride = 1, padding = 0, dilation = 1, groups = 1 } = options
  return apply(conv2dOp, bias === undefined ? [x, weight] : [x, weight, bias], {
    stride: pairOf(stride),
    padding: sidesOf(padding),
    dilation: pairOf(dilation),
    groups,
  })
}
