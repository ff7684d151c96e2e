/** The parameters before the first step. */
import { elementCount, type TensorData, tensor } from '../../graph/index.ts'
import type { Random } from '../../math/random.ts'
import { type FlowShape, flowParameters } from './flow-shape.ts'

/**
 * As PyTorch initialises convolutions: weights and biases uniform within 1 / sqrt(inputs of an output) of 0; every gamma 0,
 * so that at first a coupling passes its halves on as they are.
 */
export function initialParameters(shape: FlowShape, random: Random): Record<string, TensorData<'float32'>> {
  const types = flowParameters(shape)
  return Object.fromEntries(
    Object.entries(types).map(([name, { shape: extents }]) => {
      const data = new Float32Array(elementCount(extents))
      if (!name.includes('gamma')) {
        const weight = types[name.replace(/\.bias$/, '')]!.shape
        const bound = Math.sqrt(weight[0]! / elementCount(weight))
        const draws = random.fork(name)
        for (let i = 0; i < data.length; i++) data[i] = bound * (2 * draws.uniform() - 1)
      }
      return [name, tensor(data, extents)]
    }),
  )
}
