/** The networks under the reference's names, for tests against its vectors. */
import { bufferTypes, parameterTypes } from '../../../src/detector/glass/networks.ts'
import type { Named } from '../../../src/detector/score-graph/score-graph.ts'
import { type TensorData, tensor } from '../../../src/graph/tensor.ts'
import type { GoldenTensors } from '../../safetensors.ts'

export const referenceNames: Named<string> = {
  'adaptor.weight': 'pre_projection.layers.0fc.weight',
  'adaptor.bias': 'pre_projection.layers.0fc.bias',
  'hidden1.weight': 'discriminator.body.block1.0.weight',
  'hidden1.bias': 'discriminator.body.block1.0.bias',
  'norm1.scale': 'discriminator.body.block1.1.weight',
  'norm1.shift': 'discriminator.body.block1.1.bias',
  'norm1.mean': 'discriminator.body.block1.1.running_mean',
  'norm1.variance': 'discriminator.body.block1.1.running_var',
  'tail.weight': 'discriminator.tail.0.weight',
}

/** Of the stored vectors. */
export const goldenShape = { dims: 24, hidden: 12, layers: 1, adaptor: true }
export const parameterNames = Object.keys(parameterTypes(goldenShape))
export const bufferNames = Object.keys(bufferTypes(goldenShape))

/** A stored tensor, with another shape where one is given. */
export function held(golden: GoldenTensors, name: string, to?: readonly number[]): TensorData<'float32'> {
  const { shape, data } = golden.get(name)!
  return tensor(data as Float32Array, to ?? shape)
}

export const stored = (
  golden: GoldenTensors,
  names: readonly string[],
  prefix = '',
): Named<TensorData<'float32'>> =>
  Object.fromEntries(names.map((name) => [name, held(golden, `${prefix}${referenceNames[name]}`)]))
