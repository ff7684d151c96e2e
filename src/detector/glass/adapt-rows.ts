/** Adapted patches outside a training step: the centre is the mean of adapted patches, which is the adapted mean. */
import { compile, type SessionOptions, type TensorData, tensor } from '../../graph/index.ts'
import type { Named } from '../score-graph/score-graph.ts'
import { adapt, type NetworkShape, parameterTypes } from './networks.ts'

export interface Adaptor {
  /** @returns float32 [count, dims]. */
  adapt(parameters: Named<TensorData<'float32'>>): Promise<TensorData<'float32'>>
  close(): Promise<void>
}

/** @param rows - float32 [count, dims], the same at each call. */
export async function openAdaptor(
  rows: Float32Array,
  shape: NetworkShape,
  machine: SessionOptions,
): Promise<Adaptor> {
  const held = tensor(rows, [rows.length / shape.dims, shape.dims])
  if (!shape.adaptor) return { adapt: async () => held, close: async () => {} }
  const types = Object.entries(parameterTypes(shape)).filter(([name]) => name.startsWith('adaptor.'))
  const adaptor = await compile(
    'glass-adaptor',
    Object.fromEntries(types),
    (parameters, graph) => ({ adapted: adapt(graph.constant(rows, held.shape), parameters) }),
    machine,
  )
  return {
    async adapt(all) {
      const own = types.map(([name]) => [name, all[name]!] as const)
      return (await adaptor.run(Object.fromEntries(own))).adapted
    },
    close: () => adaptor.close(),
  }
}
