/** CS-Flow's flow at its reference size as a training plan: 4 coupling blocks over 304 channels at three scales. */
import { flowPlan, referenceTraining } from '../src/detector/csflow/flow-plan.ts'
import type { FlowShape } from '../src/detector/csflow/flow-shape.ts'
import type { Workload } from './workload.ts'

export const referenceShape: FlowShape = {
  channels: 304,
  hidden: 1024,
  kernels: [3, 3, 3, 5],
  extents: [
    [24, 24],
    [12, 12],
    [6, 6],
  ],
  clamp: 3,
}

export function csflowWorkload(images = 4): Workload {
  return {
    plan: flowPlan(referenceShape, images, referenceTraining),
    gflop: 3 * forwardGflop(referenceShape, images, false),
    nominalGflop: 3 * forwardGflop(referenceShape, images, true),
    spread: { x0: 0.5, x1: 0.5, x2: 0.5, weights: 0.25 },
  }
}

/**
 * Products of the forward pass of the batch; the way back takes twice as much.
 *
 * @param isReference - As the reference computes: maps are enlarged before they are convolved, and every multiplication is
 *   done; else growing maps are mixed while small, and rows of maps of 512 positions and more take 6 products for 12, or 8
 *   for 20.
 */
export function forwardGflop(
  { channels, hidden, kernels, extents }: FlowShape,
  images: number,
  isReference: boolean,
): number {
  const sizes = extents.map(([rows, cols]) => rows * cols) as [number, number, number]
  const [s0, s1, s2] = sizes
  const across = channels * hidden
  let perImage = 0
  for (const k of kernels) {
    const share = k === 3 ? 6 / 12 : 8 / 20
    const done = sizes.map((size) => (isReference || images * size < 512 ? size : size * share))
    const same = ((channels / 2) * hidden + across) * done.reduce((a, b) => a + b)
    const up = across * (isReference ? s0 + s1 : s1 + s2)
    perImage += (same + up + across * (s1 + s2)) * k * k
  }
  return (2 * 2 * images * perImage) / 1e9
}
