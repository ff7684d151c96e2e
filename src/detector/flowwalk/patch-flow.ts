/**
 * A normalizing flow over single patches: whitening, then blocks of a fixed permutation and a coupling, from the rows of a batch to
 * standard normal rows of the same width, and back.
 *
 * Source: Dinh et al. 2017, "Density estimation using Real NVP"; the coupling and its soft clamp are those of CS-Flow
 * (`detector/csflow/coupling.ts`), without places and scales.
 */
import {
  add,
  atan,
  concat,
  div,
  elementCount,
  exp,
  gather,
  gemm,
  leakyRelu,
  mul,
  reduceSum,
  split,
  sub,
  type TensorData,
  type TensorType,
  tensor,
  type Value,
} from '../../graph/index.ts'
import type { Random } from '../../math/random.ts'
import { present } from '../../present.ts'
import { halvesOf } from '../csflow/flow-shape.ts'
import { blockPermutations, invertOrder } from '../csflow/permutations.ts'
import type { Whitening } from './whitening.ts'

export interface PatchFlowShape {
  /** Width of a patch; at least 2. */
  readonly dims: number
  /** Hidden units of the networks in the couplings. */
  readonly hidden: number
  readonly blocks: number
  /** Where the logarithm of a coupling's factor levels off; > 0. */
  readonly clamp: number
}

export interface PatchFlow {
  readonly shape: PatchFlowShape
  readonly parameters: Readonly<Record<string, Value>>
  readonly whitening: Whitening
}

/** Of the two over pi: arctangent to -1..1. */
const arctangentShare = 2 / Math.PI
const leakySlope = 0.1

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** Names are `block<n>.<first|second>.<in|out>`: network `first` moves the first half of the columns by what it reads in the second. */
export function patchFlowParameters({
  dims,
  hidden,
  blocks,
}: PatchFlowShape): Readonly<Record<string, TensorType<'float32'>>> {
  const { first, second } = halvesOf(dims)
  const float = (...shape: number[]): TensorType<'float32'> => ({ dtype: 'float32', shape })
  return Object.fromEntries(
    numbers(blocks).flatMap((block) =>
      [
        { net: 'first', reads: second, moves: first },
        { net: 'second', reads: first, moves: second },
      ].flatMap(({ net, reads, moves }) => [
        [`block${block}.${net}.in`, float(hidden, reads)],
        [`block${block}.${net}.in.bias`, float(hidden)],
        [`block${block}.${net}.out`, float(2 * moves, hidden)],
        [`block${block}.${net}.out.bias`, float(2 * moves)],
      ]),
    ),
  )
}

/** Uniform within 1 / sqrt(inputs) of 0; what leads out of a network is 0, so that the flow begins as the whitening alone. */
export function initialPatchFlow(
  shape: PatchFlowShape,
  random: Random,
): Record<string, TensorData<'float32'>> {
  return Object.fromEntries(
    Object.entries(patchFlowParameters(shape)).map(([name, { shape: extents }]) => {
      const data = new Float32Array(elementCount(extents))
      if (name.includes('.in')) {
        const reach = 1 / Math.sqrt(shape.dims / 2)
        const stream = random.fork(name)
        for (let i = 0; i < data.length; i++) data[i] = reach * (2 * stream.uniform() - 1)
      }
      return [name, tensor(data, extents)]
    }),
  )
}

/**
 * @param x - Patches, float32 [rows, dims].
 * @returns Latent rows, [rows, dims], and the logarithm of the determinant of the couplings, [rows]; that of the whitening is a
 *   constant and is left out.
 */
export function patchFlowForward(
  flow: PatchFlow,
  x: Value,
): { readonly z: Value; readonly logDeterminants: Value } {
  const { shape, whitening } = flow
  const { graph } = x
  const { mean, matrix } = whitening
  const centred = sub(x, graph.constant(mean, [1, shape.dims]))
  let z = gemm(centred, graph.constant(matrix, [shape.dims, shape.dims]), { transB: true })
  let sum: Value | undefined
  for (const block of numbers(shape.blocks)) {
    const [first, second] = halves(shape, reorder(z, orderOf(shape, block)))
    const one = affine(flow, `block${block}.first`, second)
    const moved = add(mul(first, exp(one.logScale)), one.shift)
    const two = affine(flow, `block${block}.second`, moved)
    z = concat([moved, add(mul(second, exp(two.logScale)), two.shift)], 1)
    const own = add(reduceSum(one.logScale, [1]), reduceSum(two.logScale, [1]))
    sum = sum ? add(sum, own) : own
  }
  return { z, logDeterminants: present(sum, 'at least one block') }
}

/** Patches of latent rows; within rounding the inverse of {@link patchFlowForward}. */
export function patchFlowInverse(flow: PatchFlow, z: Value): Value {
  const { shape, whitening } = flow
  const { graph } = z
  let x = z
  for (const block of [...numbers(shape.blocks)].reverse()) {
    const [moved, answered] = halves(shape, x)
    const two = affine(flow, `block${block}.second`, moved)
    const second = div(sub(answered, two.shift), exp(two.logScale))
    const one = affine(flow, `block${block}.first`, second)
    const first = div(sub(moved, one.shift), exp(one.logScale))
    x = reorder(concat([first, second], 1), invertOrder(orderOf(shape, block)))
  }
  const coloured = gemm(x, graph.constant(whitening.inverse, [shape.dims, shape.dims]), { transB: true })
  return add(coloured, graph.constant(whitening.mean, [1, shape.dims]))
}

/** Mean negative logarithm of the likelihood of a column, without the constants of the normal density and the whitening. */
export function patchFlowLoss({ shape }: PatchFlow, x: { z: Value; logDeterminants: Value }): Value {
  const rows = x.z.shape[0]!
  const squares = mul(reduceSum(mul(x.z, x.z), [0, 1]), 0.5)
  return mul(sub(squares, reduceSum(x.logDeterminants, [0])), 1 / (rows * shape.dims))
}

function affine(
  { shape, parameters }: PatchFlow,
  net: string,
  read: Value,
): { readonly logScale: Value; readonly shift: Value } {
  const layer = (x: Value, name: string) =>
    gemm(x, parameters[`${net}.${name}`]!, { transB: true, c: parameters[`${net}.${name}.bias`]! })
  const result = layer(leakyRelu(layer(read, 'in'), leakySlope), 'out')
  const half = result.shape[1]! / 2
  const [s, shift] = split(result, 1, [half, half])
  return { logScale: mul(atan(mul(s, 1 / shape.clamp)), shape.clamp * arctangentShare), shift }
}

function halves({ dims }: PatchFlowShape, x: Value): readonly [Value, Value] {
  const { first, second } = halvesOf(dims)
  return split(x, 1, [first, second])
}

const orderOf = ({ dims }: PatchFlowShape, block: number): Int32Array => blockPermutations(block, dims, 1)[0]!

const reorder = (x: Value, order: Int32Array): Value => gather(x, x.graph.constant(order, [order.length]), 1)
