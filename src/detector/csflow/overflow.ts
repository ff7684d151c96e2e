/** Where in the flow values have gone out of bounds: said instead of a loss that means nothing any more. */
import { PlumblineError } from '../../errors.ts'
import {
  abs,
  asFloat32,
  compute,
  parameterName,
  reduceMax,
  type SessionOptions,
  type TensorData,
  type TrainingState,
  type Value,
} from '../../graph/index.ts'
import { named } from '../../present.ts'
import { type Flow, latentLimit } from './coupling.ts'
import { flowForward } from './flow.ts'
import { flowInputs, pyramidOf } from './flow-plan.ts'
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
  const names = Object.keys(flowParameters(shape))
  const held = Object.fromEntries(
    names.map((name) => [parameterName(name), asFloat32(state[parameterName(name)]!)]),
  )
  const pyramid = Object.fromEntries(
    flowInputs(shape, named(feeds, 'x0').shape[1]!).map(({ name }) => [name, asFloat32(feeds[name]!)]),
  )
  const places = new Map<string, string>() // in the order of computing
  const peaks = await compute(
    'csflow overflow',
    { ...held, ...pyramid },
    (values) => {
      const found: Record<string, Value> = {}
      const parameters = Object.fromEntries(names.map((name) => [name, values[parameterName(name)]!]))
      const watch = (layer: string, scale: number, value: Value): void => {
        const [block, net] = layer.split('.') as [string, string]
        const name = `peak/${layer}.${scale}`
        places.set(
          name,
          `block ${Number(block) + 1} of ${shape.kernels.length}, network ${net}, scale ${scale + 1}`,
        )
        found[name] = reduceMax(abs(value), [0, 1, 2, 3])
      }
      flowForward({ shape, parameters, layers, isPlain: false, watch }, pyramidOf(values))
      return found
    },
    machine,
  )
  let last = { where: '', value: Number.NaN }
  for (const [name, where] of places) {
    last = { where, value: peaks[name]!.data[0]! }
    if (!(last.value <= latentLimit)) break
  }
  return last
}
