/**
 * The flow: blocks of a fixed permutation and a coupling, from feature maps at three scales to latent maps of the same
 * extents, and back.
 *
 * Source: Rudolph et al. 2022, arXiv 2110.02855, section 3; github.com/marco-rudolph/cs-flow, model.py and utils.py
 * (get_loss). Checked against the reference in `test/detector/csflow/flow-golden.test.ts`.
 */
import { add, gather, gemm, mul, reduceSum, reshape, sub, type Value } from '../../graph/index.ts'
import { present } from '../../present.ts'
import type { AffineLayer } from '../patches/feature-statistics.ts'
import { asPyramid, couple, type Flow, type Pyramid, uncouple } from './coupling.ts'
import { elementsPerImage, scales } from './flow-shape.ts'
import { blockPermutations, invertOrder } from './permutations.ts'

export interface Latents {
  /** Latent maps, [channels, images, rows, cols] at each scale; standard normal where the model fits. */
  readonly z: Pyramid
  /** Logarithm of the determinant of the flow, for each scale; float32 [images]. */
  readonly logDeterminants: readonly Value[]
}

/** @param x - Features, channel-major: [channels, images, rows, cols] at each scale. */
export function flowForward(flow: Flow, x: Pyramid): Latents {
  const { layers } = flow
  let z = layers ? asPyramid(x.map((value, scale) => standardised(value, layers[scale]!))) : x
  let logDeterminants: readonly Value[] | undefined
  for (const block of flow.shape.kernels.keys()) {
    const coupled = couple(
      flow,
      block,
      permute(flow, block, z, (order) => order),
    )
    z = coupled.y
    logDeterminants = logDeterminants
      ? logDeterminants.map((sum, scale) => add(sum, coupled.logDeterminants[scale]!))
      : coupled.logDeterminants
  }
  return { z, logDeterminants: present(logDeterminants, 'at least one block') }
}

/**
 * Features of latent maps, standardised ones where the flow begins with that: the inverse of the blocks, where they did not
 * have to cut off.
 */
export function flowInverse(flow: Flow, z: Pyramid): Pyramid {
  let x = z
  for (const block of [...flow.shape.kernels.keys()].reverse()) {
    x = permute(flow, block, uncouple(flow, block, x), invertOrder)
  }
  return x
}

/**
 * Negative logarithm of the likelihood for each element, without the constant of the normal density.
 *
 * @param weights - Of the images, float32 [images], sum 1: 1 / n for each of n images makes the mean over them; 0 leaves
 *   an image out, so that a last batch may be filled up.
 * @returns float32 [].
 */
export function flowLoss({ shape }: Flow, { z, logDeterminants }: Latents, weights: Value): Value {
  const squares = z.map((value) => reduceSum(mul(value, value), [0, 2, 3])).reduce(add)
  const each = sub(mul(squares, 0.5), logDeterminants.reduce(add))
  return mul(reduceSum(mul(each, weights), [0]), 1 / elementsPerImage(shape))
}

/** Mean square over the channels, [images, rows, cols] at each scale: what maps and scores are made of. */
export function latentEnergies({ shape }: Flow, z: Pyramid): readonly Value[] {
  return z.map((value) => mul(reduceSum(mul(value, value), [0]), 1 / shape.channels))
}

/** The affine layer: its determinant is the same for all features, and is left out. */
function standardised(x: Value, { mean, matrix }: AffineLayer): Value {
  const { graph, shape } = x
  const channels = mean.length
  const centred = sub(x, graph.constant(mean, [channels, 1, 1, 1]))
  return reshape(gemm(graph.constant(matrix, [channels, channels]), reshape(centred, [channels, -1])), shape)
}

function permute(flow: Flow, block: number, x: Pyramid, turn: (order: Int32Array) => Int32Array): Pyramid {
  const { channels } = flow.shape
  const orders = blockPermutations(block, channels, scales.length)
  return asPyramid(
    x.map((value, scale) => gather(value, value.graph.constant(turn(orders[scale]!), [channels]), 0)),
  )
}
