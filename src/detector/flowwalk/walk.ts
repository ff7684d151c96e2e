/**
 * Walking in the latent space: nominal patches are taken to the Gaussian base of the flow, moved outwards there by a stated number of
 * standard deviations, and brought back: synthetic anomalies whose distance from what is nominal is known.
 *
 * Source: the authors' next step, section 5 of the seed paper.
 */
import {
  add,
  compile,
  div,
  less,
  mul,
  reduceSum,
  type SessionOptions,
  sqrt,
  sub,
  type TensorData,
  type Value,
  where,
} from '../../graph/index.ts'
import { fillNormal } from '../../math/fill-normal.ts'
import type { Random } from '../../math/random.ts'
import type { GlobalAnomalies } from '../glass/global-anomalies.ts'
import { type PatchFlow, patchFlowForward, patchFlowInverse } from './patch-flow.ts'

export const directions = ['radial', 'random', 'axes'] as const
/**
 * Which way is outwards: `radial` straight away from the centre; `random` any way, of the half that leads away; `axes` along a few
 * latent axes only, the rest stays.
 */
export type Direction = (typeof directions)[number]

/** Latent axes that change at once with `axes`. */
const fewAxes = 4

export interface WalkOptions {
  readonly direction: Direction
  /** Length of a walk in standard deviations of the base: each is drawn between these, evenly on a logarithmic scale. */
  readonly low: number
  readonly high: number
  /** Patches walked at once. */
  readonly rows: number
}

export async function openWalk(
  flow: Omit<PatchFlow, 'parameters'> & {
    readonly parameters: Readonly<Record<string, TensorData<'float32'>>>
  },
  { direction, low, high, rows }: WalkOptions,
  machine: SessionOptions,
): Promise<GlobalAnomalies> {
  const { dims } = flow.shape
  const walk = await compile(
    'flowwalk',
    {
      patches: { dtype: 'float32', shape: [rows, dims] },
      way: { dtype: 'float32', shape: [rows, dims] },
      length: { dtype: 'float32', shape: [rows, 1] },
    },
    ({ patches, way, length }, graph) => {
      const parameters = Object.fromEntries(
        Object.entries(flow.parameters).map(([name, { data, shape }]) => [name, graph.constant(data, shape)]),
      )
      const own = { ...flow, parameters }
      const { z } = patchFlowForward(own, patches)
      const outwards = direction === 'radial' ? unit(z) : awayFromCentre(unit(way), z)
      return { shift: sub(patchFlowInverse(own, add(z, mul(outwards, length))), patches) }
    },
    machine,
  )
  const [way, length] = [new Float32Array(rows * dims), new Float32Array(rows)]
  return {
    async shift(patches, shifts, stream) {
      fillNormal(way, 1, stream)
      if (direction === 'axes') keepFewAxes(way, dims, stream)
      for (let row = 0; row < rows; row++) length[row] = low * (high / low) ** stream.uniform()
      const { shift } = await walk.run({ patches, way, length })
      shifts.set(shift.data)
    },
    close: () => walk.close(),
  }
}

const squareOf = (x: Value): Value => reduceSum(mul(x, x), [1], true)
const unit = (x: Value): Value => div(x, sqrt(add(squareOf(x), 1e-12)))

/** Turned round where it would lead towards the centre. */
const awayFromCentre = (way: Value, z: Value): Value =>
  mul(way, where(less(reduceSum(mul(way, z), [1], true), 0), -1, 1))

function keepFewAxes(way: Float32Array, dims: number, random: Random): void {
  const kept = new Set<number>()
  for (let start = 0; start < way.length; start += dims) {
    kept.clear()
    while (kept.size < Math.min(fewAxes, dims)) kept.add(random.integer(dims))
    for (let dim = 0; dim < dims; dim++) if (!kept.has(dim)) way[start + dim] = 0
  }
}
