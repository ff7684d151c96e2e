/** Where in the flow values have gone out of bounds: said instead of a loss that means nothing any more. */
import { PlumblineError } from '../../errors.ts'
import { GraphBuilder } from '../../graph/graph.ts'
import { abs } from '../../graph/ops-elementwise.ts'
import { reduceMax } from '../../graph/ops-reduce.ts'
import { openSession, type SessionOptions } from '../../graph/session.ts'
import type { TensorData } from '../../graph/tensor.ts'
import { parameterName, type TrainingState } from '../../graph/training-state.ts'
import { type Flow, latentLimit } from './coupling.ts'
import { flowForward } from './flow.ts'
import { flowInputs } from './flow-plan.ts'
import { flowParameters } from './flow-shape.ts'

/** The likelihood is lost: a value is no number, or beyond what the flow lets through. */
export class OverflowError extends PlumblineError {
  readonly code = 'LOSS'
  readonly step: number
  constructor(step: number, where: string, value: number) {
    super(
      `csflow, step ${step}: the likelihood overflows in ${where}: expected values within ${latentLimit}, got ${value}; ` +
        'a lower learning rate (--option learningRate=…) or standardised features (--option standardise=channels) may help',
    )
    this.step = step
  }
}

/** A loss from here on means that values are near the limit: one such element in a million gives as much. */
export const lossLimit = 1e5

/** Runs one batch with the parameters as they are. @returns The first layer that is out of bounds, in the order of computing. */
export async function findOverflow(
  { shape, layers }: Pick<Flow, 'shape' | 'layers'>,
  state: TrainingState,
  feeds: Readonly<Record<string, TensorData>>,
  machine: SessionOptions,
): Promise<{ readonly where: string; readonly value: number }> {
  for (const [name, { data }] of Object.entries(feeds)) {
    const wrong = (data as Float32Array).find((value) => !Number.isFinite(value))
    if (wrong !== undefined)
      return { where: `the features at scale ${Number(name.slice(1)) + 1}`, value: wrong }
  }
  const images = feeds.x0!.shape[1]!
  const graph = new GraphBuilder('csflow overflow')
  const watched: { readonly name: string; readonly where: string }[] = []
  const declared = Object.fromEntries(
    Object.entries(flowParameters(shape)).map(([name, type]) => [
      name,
      graph.input(parameterName(name), type.dtype, type.shape),
    ]),
  )
  const [x0, x1, x2] = flowInputs(shape, images).map(({ name, dtype, shape: own }) =>
    graph.input(name, dtype, own),
  )
  flowForward(
    {
      shape,
      parameters: declared,
      layers,
      isPlain: false,
      watch(layer, scale, value) {
        const [block, net] = layer.split('.') as [string, string]
        const name = `peak/${layer}.${scale}`
        watched.push({
          name,
          where: `block ${Number(block) + 1} of ${shape.kernels.length}, network ${net}, scale ${scale + 1}`,
        })
        graph.output(name, reduceMax(abs(value), [0, 1, 2, 3]))
      },
    },
    [x0!, x1!, x2!],
  )
  const session = await openSession(graph.build(), machine)
  try {
    const held = Object.fromEntries(
      Object.keys(declared).map((name) => [parameterName(name), state[parameterName(name)]!]),
    )
    const peaks = await session.run({ ...held, ...feeds })
    for (const { name, where } of watched) {
      const value = Number(peaks[name]!.data[0])
      if (!(value <= latentLimit)) return { where, value }
    }
    const last = watched.at(-1)!
    return { where: last.where, value: Number(peaks[last.name]!.data[0]) }
  } finally {
    await session.close()
  }
}
