/** The networks under the reference's names, for tests against its vectors. */
import {
  type BufferName,
  bufferTypes,
  type ParameterName,
  parameterTypes,
} from '../../../src/detector/glass/networks.ts'
import { type TensorData, tensor } from '../../../src/graph/tensor.ts'
import type { GoldenTensors } from '../../safetensors.ts'

export const referenceNames: Readonly<Record<ParameterName | BufferName, string>> = {
  'adaptor.weight': 'pre_projection.layers.0fc.weight',
  'adaptor.bias': 'pre_projection.layers.0fc.bias',
  'hidden.weight': 'discriminator.body.block1.0.weight',
  'hidden.bias': 'discriminator.body.block1.0.bias',
  'norm.scale': 'discriminator.body.block1.1.weight',
  'norm.bias': 'discriminator.body.block1.1.bias',
  'norm.mean': 'discriminator.body.block1.1.running_mean',
  'norm.variance': 'discriminator.body.block1.1.running_var',
  'tail.weight': 'discriminator.tail.0.weight',
}

/** Of the stored vectors. */
export const goldenShape = { dims: 24, hidden: 12 }
export const parameterNames = Object.keys(parameterTypes(goldenShape)) as ParameterName[]
export const bufferNames = Object.keys(bufferTypes(goldenShape)) as BufferName[]

/** A stored tensor, with another shape where one is given. */
export function held(golden: GoldenTensors, name: string, to?: readonly number[]): TensorData {
  const { shape, data } = golden.get(name)!
  return tensor(data as Float32Array, to ?? shape)
}

export const stored = <Name extends ParameterName | BufferName>(
  golden: GoldenTensors,
  names: readonly Name[],
  prefix = '',
): Record<Name, TensorData> =>
  Object.fromEntries(names.map((name) => [name, held(golden, `${prefix}${referenceNames[name]}`)])) as Record<
    Name,
    TensorData
  >
